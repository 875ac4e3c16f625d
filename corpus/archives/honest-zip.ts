import { crc32, deflateRawSync } from 'node:zlib';
import { manifestFile, plainFile, type ArchiveCase } from './case.ts';
import { extraField, makeZip, number32, number64, type ZipPart } from './make-zip.ts';

const full32 = 0xffffffff;
const two = [manifestFile, plainFile];
const umlauts = 'lib/\u00fcn\u00ef.js';

const folder = (name: string, more: Partial<ZipPart> = {}): ZipPart => ({
  name,
  stored: true,
  mode: 0o040755,
  dosAttributes: 0x10,
  ...more,
});
const times = (local: boolean) =>
  extraField(0x5455, Buffer.from([3]), number32(...(local ? [1_700_000_000, 1_700_000_000] : [1_700_000_000])));
const owner = extraField(0x7875, Buffer.from([1, 4, 0xe8, 3, 0, 0, 4, 0xe8, 3, 0, 0]));
const macTimes = (local: boolean) =>
  extraField(0x5855, number32(1_700_000_000, 1_700_000_000), local ? Buffer.from([0xf5, 1, 0x14, 0]) : Buffer.alloc(0));
const unicodePath = (name: string) =>
  extraField(0x7075, Buffer.from([1]), number32(crc32(Buffer.from(name))), Buffer.from(name));
const sizes64 = (part: { content: string }, packed = deflateRawSync(part.content).length) =>
  extraField(0x0001, number64(part.content.length, packed));

/** As Info-ZIP writes it on Linux. */
const infoZip = (part: { name: string; content: string }): ZipPart => ({
  ...part,
  flags: 0,
  extra: Buffer.concat([times(false), owner]),
  localExtra: Buffer.concat([times(true), owner]),
});

const zips: readonly (readonly [file: string, why: string, files: number, bytes: () => Uint8Array])[] = [
  ['plain', 'two deflated files', 2, () => makeZip(two)],
  ['stored', 'two stored files', 2, () => makeZip(two.map((part) => ({ ...part, stored: true })))],
  [
    'empty-file',
    'a file of no bytes, stored and deflated',
    3,
    () => makeZip([plainFile, { name: 'a', stored: true }, { name: 'b' }]),
  ],
  [
    'info-zip',
    'times and owners in extra fields, folders of their own',
    3,
    () => makeZip([folder('lib/'), ...two.map(infoZip), infoZip({ name: 'lib/a.js', content: 'a' })]),
  ],
  [
    'info-zip-names',
    'UTF-8 without its flag, repeated in an extra field',
    2,
    () =>
      makeZip([
        plainFile,
        { name: umlauts, content: 'u', flags: 0, extra: unicodePath(umlauts), localExtra: unicodePath(umlauts) },
      ]),
  ],
  [
    'info-zip-64',
    'zip -fz: ZIP64 in every place for small files',
    2,
    () =>
      makeZip(
        two.map((part) => ({
          ...part,
          needed: 45,
          size: full32,
          extra: extraField(0x0001, number64(part.content.length)),
          localSize: full32,
          localCompressedSize: full32,
          localExtra: sizes64(part),
        })),
        { end64: {} },
      ),
  ],
  [
    'python-64',
    'zipfile with force_zip64: ZIP64 in local headers alone',
    2,
    () =>
      makeZip(
        two.map((part) => ({
          ...part,
          needed: 45,
          localSize: full32,
          localCompressedSize: full32,
          localExtra: sizes64(part),
        })),
      ),
  ],
  [
    'python-64-streamed',
    'the same to a pipe: wide data descriptors',
    2,
    () =>
      makeZip(
        two.map((part) => ({
          ...part,
          needed: 45,
          descriptor: 'wide',
          localSize: full32,
          localCompressedSize: full32,
          localExtra: extraField(0x0001, number64(0, 0)),
        })),
      ),
  ],
  [
    'end-64-all-ones',
    'an end record that leaves every number to ZIP64',
    2,
    () =>
      makeZip(two, {
        count: 0xffff,
        directorySize: full32,
        directoryStart: full32,
        end64: { count: 2, size: directorySize(two), start: directoryStart(two) },
      }),
  ],
  [
    'streamed',
    'data descriptors, as streaming tools write them',
    2,
    () => makeZip(two.map((part) => ({ ...part, descriptor: 'signed' }))),
  ],
  [
    'streamed-bare',
    'data descriptors without their signature',
    2,
    () => makeZip(two.map((part) => ({ ...part, descriptor: 'bare' }))),
  ],
  [
    'streamed-stored',
    'data descriptors behind stored data',
    2,
    () => makeZip(two.map((part) => ({ ...part, stored: true, descriptor: 'signed' }))),
  ],
  [
    'finder',
    'macOS: times, data descriptors, decomposed names without a flag, shadows of attributes',
    3,
    () =>
      makeZip([
        folder('plugin/', { madeBy: 0x0315, flags: 0, extra: macTimes(false), localExtra: macTimes(true) }),
        ...['plugin/cafe\u0301.js', 'plugin/index.js', '__MACOSX/plugin/._index.js'].map((name): ZipPart => ({
          name,
          content: name,
          madeBy: 0x0315,
          flags: 0x0008,
          descriptor: 'signed',
          extra: macTimes(false),
          localExtra: macTimes(true),
        })),
      ]),
  ],
  [
    'explorer',
    'Windows: attributes of FAT, no folders',
    2,
    () => makeZip(two.map((part) => ({ ...part, madeBy: 0x0014, flags: 0, mode: 0, dosAttributes: 0x20 }))),
  ],
  [
    'seven-zip',
    '7-Zip: times of NTFS in the directory alone',
    2,
    () =>
      makeZip(
        two.map((part) => ({
          ...part,
          madeBy: 0x033f,
          dosAttributes: 0x8020,
          extra: extraField(0x000a, number32(0), Buffer.from([1, 0, 24, 0]), number64(1, 2, 3)),
        })),
      ),
  ],
  [
    'java',
    'the mark of a JAR, and a folder that is deflated',
    2,
    () =>
      makeZip([
        { name: 'META-INF/', mode: 0o040755, extra: extraField(0xcafe), localExtra: extraField(0xcafe) },
        ...two,
      ]),
  ],
  [
    'from-dot',
    'made of a folder itself: "./" before every name',
    2,
    () => makeZip([folder('./'), ...two.map((part) => ({ ...part, name: `./${part.name}` }))]),
  ],
  [
    'archive-comment',
    'the commit that a hoster writes into the comment',
    2,
    () => makeZip(two, { comment: Buffer.from('1f9d725a9de833a65966881dce2e907b86e72c5e') }),
  ],
  [
    'entry-comment',
    'a remark beside an entry',
    2,
    () => makeZip([{ ...plainFile, comment: Buffer.from('the main file') }, manifestFile]),
  ],
  ['other-order', 'a directory in another order than the entries', 2, () => swapRows(makeZip(two))],
  [
    'emoji',
    'names of many scripts, and a selector of emoji',
    4,
    () =>
      makeZip([
        plainFile,
        ...['\u6587\u4ef6.md', '\u2764\ufe0f.txt', 'a\u00a0b (1).txt'].map((name) => ({ name, content: name })),
      ]),
  ],
  [
    'names-that-look-odd',
    'names that begin with a dot or dash, or hold what is odd elsewhere',
    7,
    () =>
      makeZip(
        ['.npmignore', '-a.js', 'a..b.js', '100%.md', 'console.js', 'wait\u2026.md', '~backup.js'].map((name) => ({
          name,
          content: name,
        })),
      ),
  ],
  [
    'longest-path',
    'a path of 240 bytes and one 32 folders deep',
    2,
    () =>
      makeZip(
        [`${'long/'.repeat(30)}${'a'.repeat(90)}`, `${'d/'.repeat(31)}a.js`].map((name) => ({ name, content: 'x' })),
      ),
  ],
  [
    'large-text',
    'a megabyte of text that compresses well',
    1,
    () => makeZip([{ name: 'a.txt', content: 'All work and no play. '.repeat(46_000) }]),
  ],
  [
    'text-about-archives',
    'files that speak of archives without being one',
    3,
    () =>
      makeZip([
        { name: 'a.md', content: 'A ZIP begins with PK\x03\x04 and ends with PK\x05\x06.' },
        { name: 'b.md', content: `${' '.repeat(257)}ustar is a format` },
        { name: 'c.txt', content: '0707 is an area code; BZh is nothing' },
      ]),
  ],
];

export const honestZips: readonly ArchiveCase[] = zips.map(([file, why, files, bytes]) => ({
  file: `ok-${file}.zip`,
  why,
  files,
  bytes,
  expected: 'accept',
}));

function directoryStart(parts: readonly ZipPart[]): number {
  return Buffer.from(makeZip(parts)).readUInt32LE(makeZip(parts).length - 6);
}

function directorySize(parts: readonly ZipPart[]): number {
  return Buffer.from(makeZip(parts)).readUInt32LE(makeZip(parts).length - 10);
}

/** Exchanges the two rows of a directory. */
function swapRows(bytes: Uint8Array): Uint8Array {
  const zip = Buffer.from(bytes);
  const start = zip.readUInt32LE(zip.length - 6);
  const [second, end] = [start + 46 + zip.readUInt16LE(start + 28), zip.length - 22];
  const pieces = [zip.subarray(0, start), zip.subarray(second, end), zip.subarray(start, second), zip.subarray(end)];
  return Buffer.concat(pieces);
}
