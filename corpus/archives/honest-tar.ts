import { manifestFile, plainFile, type ArchiveCase } from './case.ts';
import { makeGzip, makeTar, makeTarGz, paxRecord } from './make-tar.ts';

const two = [manifestFile, plainFile];
const longName = `lib/${'m'.repeat(120)}.js`;
const umlauts = 'lib/\u00fcn\u00ef.js';

const tars: readonly (readonly [file: string, why: string, files: number, bytes: () => Uint8Array])[] = [
  ['plain', 'two files', 2, () => makeTarGz(two)],
  [
    'npm-pack',
    'one top folder, sizes repeated in extended headers',
    2,
    () =>
      makeTarGz([
        { name: 'package/index.js', content: 'ab' },
        {
          name: 'PaxHeader/\u00fc.js',
          type: 'x',
          content: paxRecord('path', 'package/\u00fc.js') + paxRecord('mtime', '499162500') + paxRecord('size', '2'),
        },
        { name: 'package/\u00fc.js', content: 'cd' },
      ]),
  ],
  [
    'gnu',
    'the format of GNU, with folders',
    3,
    () =>
      makeTarGz(
        [
          { name: './', type: '5', mode: '0000755\0' },
          { name: './lib/', type: '5' },
          { name: './lib/a.js', content: 'a' },
          ...two,
        ].map((part) => ({ ...part, magic: 'ustar  \0' })),
      ),
  ],
  [
    'gnu-long-name',
    'a long name of GNU that completes the entry’s',
    2,
    () =>
      makeTarGz(
        [
          { name: '././@LongLink', type: 'L', content: `${longName}\0` },
          { name: longName.slice(0, 100), content: 'a' },
          plainFile,
        ].map((part) => ({ ...part, magic: 'ustar  \0' })),
      ),
  ],
  [
    'old',
    'the format before POSIX',
    2,
    () => makeTarGz(two.map((part) => ({ ...part, type: '\0', magic: '\0'.repeat(8) }))),
  ],
  [
    'posix-prefix',
    'a long path in two fields',
    1,
    () => makeTarGz([{ name: `${'n'.repeat(60)}.js`, prefix: `lib/${'d'.repeat(100)}`, content: 'x' }]),
  ],
  [
    'pax-long-name',
    'a long name in an extended header',
    2,
    () =>
      makeTarGz([
        {
          name: './PaxHeaders/m',
          type: 'x',
          content: paxRecord('path', longName) + paxRecord('mtime', '1700000000.5'),
        },
        { name: longName.slice(0, 100), content: 'a' },
        plainFile,
      ]),
  ],
  [
    'python-pax',
    'question marks for what is not ASCII, the name in an extended header',
    2,
    () =>
      makeTarGz([
        { name: '././@PaxHeader', type: 'x', content: paxRecord('path', umlauts) },
        { name: 'lib/?n?.js', content: 'u' },
        plainFile,
      ]),
  ],
  [
    'bsdtar-pax',
    'attributes of macOS and Linux in extended headers',
    1,
    () =>
      makeTarGz([
        {
          name: 'PaxHeader/index.js',
          type: 'x',
          content: ['ctime', 'SCHILY.dev', 'LIBARCHIVE.xattr.com.apple.quarantine', 'SCHILY.acl.access']
            .map((key) => paxRecord(key, '1'))
            .join(''),
        },
        plainFile,
      ]),
  ],
  [
    'git-archive',
    'the commit in a global header',
    2,
    () =>
      makeTarGz([
        {
          name: 'pax_global_header',
          type: 'g',
          content: paxRecord('comment', 'b613fded127bfd8ed13ef14d5c5a01cb24a670aa'),
        },
        ...two,
      ]),
  ],
  [
    'git-archive-long-name',
    'the stand-in that git writes for a long name',
    2,
    () =>
      makeTarGz([
        { name: `${'1f9d725a'.repeat(5)}.paxheader`, type: 'x', content: paxRecord('path', longName) },
        { name: `${'1f9d725a'.repeat(5)}.data`, content: 'a' },
        plainFile,
      ]),
  ],
  [
    'seven-zip-long-name',
    'the stand-in that 7-Zip writes for a long name',
    2,
    () =>
      makeTarGz([
        { name: '././@LongLink', type: 'L', content: `${longName}\0`, magic: 'ustar  \0' },
        { name: `@PathCut/_pc_crc32/23B87083/${'m'.repeat(60)}.js`, content: 'a', magic: 'ustar  \0' },
        plainFile,
      ]),
  ],
  ['blocks-of-20', 'zeros up to a whole tape block', 2, () => makeTarGz(two, { end: Buffer.alloc(10_240 - 4 * 512) })],
  [
    'gzip-name',
    'the name of the tar in the gzip header',
    2,
    () => makeGzip(makeTar(two), { flags: 8, fields: Buffer.from('my plugin.tar\0') }),
  ],
  ['empty-file', 'a file of no bytes', 2, () => makeTarGz([plainFile, { name: 'empty' }])],
];

export const honestTars: readonly ArchiveCase[] = tars.map(([file, why, files, bytes]) => ({
  file: `ok-${file}.tar.gz`,
  why,
  files,
  bytes,
  expected: 'accept',
}));
