import { gzipSync } from 'node:zlib';
import type { ArchiveRule } from '@proofpix/contract/archive-rules';
import { manifestFile, plainFile, type ArchiveCase } from './case.ts';
import { makeGzip, makeTar, makeTarGz, paxRecord, type TarPart } from './make-tar.ts';
import { makeZip } from './make-zip.ts';

const file = plainFile;
const longName = `lib/${'m'.repeat(120)}.js`;
const pax = (content: string): TarPart => ({ name: 'PaxHeader/x', type: 'x', content });
const global = (content: string): TarPart => ({ name: 'pax_global_header', type: 'g', content });
const gnuName = (name: string): TarPart => ({
  name: '././@LongLink',
  type: 'L',
  content: `${name}\0`,
  magic: 'ustar  \0',
});
const empty = { end: new Uint8Array(0) };

const rows: readonly (readonly [label: string, rule: ArchiveRule, why: string, parts: readonly TarPart[]])[] = [
  ['link', 'entry_link', 'a symbolic link', [{ name: 'a', type: '2', link: '/etc/passwd' }, file]],
  ['hard-link', 'entry_link', 'a hard link', [{ name: 'a', type: '1', link: '../evil' }, file]],
  [
    'hard-link-inside',
    'entry_link',
    'a hard link to a file of its own',
    [file, { name: 'a', type: '1', link: file.name }],
  ],
  ['link-target', 'entry_link', 'a file with the target of a link', [{ ...file, link: '/etc/passwd' }]],
  ['link-mode', 'entry_link', 'a link by its mode', [{ ...file, mode: '0120777\0' }]],
  [
    'long-link',
    'entry_link',
    'a long link target of GNU',
    [{ name: '././@LongLink', type: 'K', content: '/etc/passwd\0' }, file],
  ],
  ['character-device', 'entry_special', 'a character device', [{ name: 'a', type: '3' }, file]],
  ['block-device', 'entry_special', 'a block device', [{ name: 'a', type: '4' }, file]],
  ['pipe', 'entry_special', 'a named pipe', [{ name: 'a', type: '6' }, file]],
  ['contiguous', 'entry_special', 'a contiguous file', [{ name: 'a', type: '7' }, file]],
  ['volume-label', 'entry_special', 'a label of GNU', [{ name: 'a', type: 'V' }, file]],
  ['multi-volume', 'entry_special', 'the rest of a file from another volume', [{ name: 'a', type: 'M' }, file]],
  ['dump-directory', 'entry_special', 'a folder with a list of GNU', [{ name: 'a', type: 'D' }, file]],
  [
    'old-extended',
    'entry_special',
    'the extended header of Sun, which renames entries',
    [{ name: 'a', type: 'X', content: paxRecord('path', 'evil.js') }, file],
  ],
  ['unknown-type', 'entry_special', 'a type of nobody', [{ name: 'a', type: 'Z' }, file]],
  ['sparse', 'entry_sparse', 'a sparse file of GNU', [{ name: 'a', type: 'S' }, file]],
  ['setuid', 'entry_setuid', 'setuid', [{ ...file, mode: '0004755\0' }]],
  ['setgid', 'entry_setuid', 'setgid', [{ ...file, mode: '0002755\0' }]],
  [
    'folder-with-content',
    'folder_content',
    'a folder that holds bytes',
    [{ name: 'a/', type: '5', content: 'x' }, file],
  ],
  ['file-called-folder', 'folder_content', 'a folder by name, a file by type', [{ name: 'a/', content: 'x' }, file]],

  ['text-behind-nul', 'path_nul', 'text behind the end of the name', [{ name: 'a.js\0.png', content: 'x' }, file]],
  [
    'prefix-of-gnu',
    'tar_header',
    'a prefix in a format that knows none',
    [{ ...file, magic: 'ustar  \0', prefix: 'evil' }],
  ],
  [
    'prefix-of-old',
    'tar_header',
    'a prefix in the oldest format',
    [{ ...file, magic: '\0'.repeat(8), prefix: 'evil' }],
  ],
  ['prefix-parent', 'path_traversal', 'a prefix that leads out', [{ ...file, prefix: '../..' }]],
  ['magic', 'tar_header', 'a format of nobody', [{ ...file, magic: 'USTAR\x0000' }]],
  ['checksum', 'tar_header', 'a wrong checksum of a header', [{ ...file, checksum: '000000\0 ' }]],
  ['size-binary', 'tar_header', 'a size in binary', [{ ...file, size: '\x80\0\0\0\0\0\0\0\0\0\0\x13' }]],
  ['size-negative', 'tar_header', 'a negative size', [{ ...file, size: '-0000000001\0' }]],
  ['size-not-octal', 'tar_header', 'a size with an eight', [{ ...file, size: '00000000018\0' }]],
  ['size-blank', 'tar_header', 'no size', [{ ...file, size: '            ' }]],
  ['size-two-numbers', 'tar_header', 'two numbers for a size', [{ ...file, size: '0000023 0001' }]],

  ['pax-path', 'tar_override', 'an extended header that renames', [pax(paxRecord('path', 'evil.js')), file]],
  ['pax-path-parent', 'tar_override', 'the same to outside', [pax(paxRecord('path', '../../evil.js')), file]],
  [
    'pax-path-longer',
    'tar_override',
    'another long name than the entry begins',
    [pax(paxRecord('path', longName)), { name: longName.replace('lib', 'bin').slice(0, 100), content: 'x' }],
  ],
  [
    'pax-path-short',
    'tar_override',
    'a name that would have fitted',
    [pax(paxRecord('path', 'lib/index.js')), { name: 'lib/inde', content: 'x' }],
  ],
  ['pax-path-nul', 'tar_override', 'a name that ends twice', [pax(paxRecord('path', 'index.js\0.png')), file]],
  ['pax-path-empty', 'tar_override', 'a name taken back', [pax(paxRecord('path', '')), file]],
  [
    'pax-two-paths',
    'tar_override',
    'two names',
    [pax(paxRecord('path', 'index.js') + paxRecord('path', 'evil.js')), file],
  ],
  [
    'pax-long-parent',
    'path_traversal',
    'a long name that leads out',
    [pax(paxRecord('path', `../${longName}`)), { name: `../${longName}`.slice(0, 100), content: 'x' }, file],
  ],
  ['pax-size', 'tar_override', 'another size', [pax(paxRecord('size', '1')), file]],
  ['pax-link', 'tar_override', 'the target of a link', [pax(paxRecord('linkpath', '/etc')), file]],
  ['pax-charset', 'tar_override', 'names in no encoding', [pax(paxRecord('hdrcharset', 'BINARY')), file]],
  [
    'pax-sparse',
    'tar_override',
    'a sparse file by records',
    [pax(paxRecord('GNU.sparse.major', '1') + paxRecord('GNU.sparse.name', 'evil.js')), file],
  ],
  [
    'pax-kind',
    'tar_override',
    'another kind by a record of star',
    [pax(paxRecord('SCHILY.filetype', 'symlink')), file],
  ],
  ['pax-unknown', 'tar_override', 'a record of nobody', [pax(paxRecord('EVIL.path', 'x')), file]],
  ['pax-global-path', 'tar_override', 'one name for all entries', [global(paxRecord('path', 'index.js')), file]],
  ['pax-global-size', 'tar_override', 'one size for all entries', [global(paxRecord('size', '19')), file]],
  ['pax-length', 'tar_extended', 'a record longer than its header', [pax('99 path=a\n'), file]],
  ['pax-length-zero', 'tar_extended', 'a record of no length', [pax('0 path=a\n'), file]],
  ['pax-no-end', 'tar_extended', 'a record without a line end', [pax('10 path=abc'), file]],
  [
    'pax-of-pax',
    'tar_extended',
    'two extended headers for one entry',
    [pax(paxRecord('mtime', '1')), pax(paxRecord('mtime', '2')), file],
  ],
  [
    'pax-then-gnu',
    'tar_extended',
    'two ways to name one entry',
    [pax(paxRecord('path', longName)), gnuName(longName), { name: longName.slice(0, 100), content: 'x' }],
  ],
  ['pax-at-end', 'tar_extended', 'an extended header without an entry', [file, pax(paxRecord('mtime', '1'))]],
  ['pax-long', 'tar_extended', 'an extended header of 100 kB', [pax(paxRecord('comment', 'c'.repeat(99_000))), file]],
  ['gnu-name', 'tar_override', 'a long name of GNU that renames', [gnuName('../../evil.js'), file]],
  ['gnu-name-other', 'tar_override', 'another long name than the entry begins', [gnuName(longName), file]],
  [
    'gnu-name-two-ends',
    'path_nul',
    'a long name that ends twice',
    [gnuName(`${longName}\0.png`), { name: longName.slice(0, 100), content: 'x', magic: 'ustar  \0' }],
  ],
  [
    'gnu-name-called-otherwise',
    'tar_extended',
    'a long name that is called like a file',
    [
      { ...gnuName(longName), name: 'a' },
      { name: longName.slice(0, 100), content: 'x' },
    ],
  ],
  [
    'padding',
    'tar_padding',
    'bytes in the padding',
    [{ ...file, padding: Buffer.alloc(512 - file.content.length, 'x') }],
  ],
];

const good = makeTarGz([file]);
const flipped = (fromEnd: number) => {
  const bytes = Buffer.from(good);
  bytes.writeUInt8(bytes.readUInt8(bytes.length - fromEnd) ^ 1, bytes.length - fromEnd);
  return bytes;
};

const streams: readonly (readonly [label: string, rule: ArchiveRule, why: string, bytes: () => Uint8Array])[] = [
  [
    'second-member',
    'trailing_data',
    'two gzip streams, of which some programs read one',
    () => Buffer.concat([good, makeTarGz([manifestFile])]),
  ],
  [
    'split-members',
    'trailing_data',
    'one tar over two gzip streams',
    () => Buffer.concat([gzipSync(makeTar([file], empty)), gzipSync(makeTar([manifestFile]))]),
  ],
  ['behind', 'trailing_data', 'bytes behind the stream', () => Buffer.concat([good, Buffer.from('x')])],
  ['behind-zeros', 'trailing_data', 'zeros behind the stream', () => Buffer.concat([good, Buffer.alloc(512)])],
  ['behind-zip', 'trailing_data', 'a ZIP behind the stream', () => Buffer.concat([good, makeZip([manifestFile])])],
  ['stream-checksum', 'checksum', 'a wrong checksum', () => flipped(8)],
  ['stream-size', 'size_mismatch', 'a wrong length', () => flipped(4)],
  ['stream-cut-off', 'truncated', 'a stream without its end', () => good.subarray(0, good.length - 5)],
  ['stream-cut-in-half', 'damaged', 'half of a stream', () => good.subarray(0, good.length >> 1)],
  ['no-end', 'truncated', 'no blocks of zeros', () => makeTarGz([file], empty)],
  ['half-an-end', 'truncated', 'one block of zeros', () => makeTarGz([file], { end: Buffer.alloc(512) })],
  [
    'second-tar',
    'trailing_data',
    'a tar behind the tar',
    () => gzipSync(Buffer.concat([makeTar([file]), makeTar([manifestFile])])),
  ],
  [
    'entry-behind-end',
    'trailing_data',
    'an entry behind one block of zeros',
    () => gzipSync(Buffer.concat([makeTar([file], { end: Buffer.alloc(512) }), makeTar([manifestFile])])),
  ],
  ['size-beyond', 'truncated', 'a size beyond the archive', () => makeTarGz([{ ...file, size: '00000100000\0' }])],
  ['empty', 'no_files', 'no entries', () => makeTarGz([])],
  ['folders-alone', 'no_files', 'folders and no file', () => makeTarGz([{ name: 'a/', type: '5' }])],
  ['no-tar', 'tar_header', 'a text that was compressed', () => gzipSync(Buffer.alloc(2_000, 'text '))],
  [
    'gzip-extra',
    'gzip_header',
    'a field in the gzip header',
    () => makeGzip(makeTar([file]), { flags: 4, fields: Buffer.from('\x04\x00evil', 'latin1') }),
  ],
  [
    'gzip-comment',
    'gzip_header',
    'a comment in the gzip header',
    () => makeGzip(makeTar([file]), { flags: 16, fields: Buffer.from('<script>\0') }),
  ],
  [
    'gzip-name-parent',
    'gzip_header',
    'a name that leads out in the gzip header',
    () => makeGzip(makeTar([file]), { flags: 8, fields: Buffer.from('../../evil\0') }),
  ],
  ['gzip-reserved', 'gzip_header', 'a reserved flag', () => makeGzip(makeTar([file]), { flags: 0x20 })],
  [
    'gzip-no-name-end',
    'truncated',
    'a name without an end in the gzip header',
    () => Buffer.concat([makeGzip(makeTar([file]), { flags: 8 }).subarray(0, 10), Buffer.alloc(50, 'a')]),
  ],
];

export const tarCases: readonly ArchiveCase[] = [
  ...rows.map(([label, rule, why, parts]): ArchiveCase => ({
    file: `tar-${label}.tar.gz`,
    why,
    expected: 'reject',
    rule,
    bytes: () => makeTarGz(parts),
  })),
  ...streams.map(([label, rule, why, bytes]): ArchiveCase => ({
    file: `tar-${label}.tar.gz`,
    why,
    expected: 'reject',
    rule,
    bytes,
  })),
  {
    file: 'tar-named.zip',
    why: 'a TAR.GZ named like a ZIP',
    expected: 'reject',
    rule: 'name_mismatch',
    bytes: () => good,
  },
];
