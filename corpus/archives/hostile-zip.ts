import { crc32 } from 'node:zlib';
import type { ArchiveRule } from '@proofpix/contract/archive-rules';
import { manifestFile, plainFile, type ArchiveCase } from './case.ts';
import { extraField, makeZip, number32, number64, type ZipEndOptions, type ZipPart } from './make-zip.ts';

const file = plainFile;
const other = manifestFile;
const full32 = 0xffffffff;
const hidden = Buffer.from('hidden');
const evil = makeZip([{ name: 'evil.js', content: 'evil' }]);
const size64 = (...values: number[]) => extraField(0x0001, number64(...values));
const secondName = (name: string, sum = crc32(Buffer.from(file.name))) =>
  extraField(0x7075, Buffer.from([1]), number32(sum), Buffer.from(name));
/** A size that the directory leaves to ZIP64. */
const inDirectory = (field: Uint8Array): ZipPart => ({
  ...file,
  needed: 45,
  size: full32,
  localSize: file.content.length,
  extra: field,
});
const fakeDescriptor = Buffer.concat([number32(0x08074b50, crc32(Buffer.from('a')), 1, 1), Buffer.from('PK\x03\x04')]);

const rows: readonly (readonly [
  label: string,
  rule: ArchiveRule | 'package_not_archive',
  why: string,
  parts: readonly ZipPart[],
  options?: ZipEndOptions,
])[] = [
  // kinds of entries
  ['link', 'entry_link', 'a symbolic link', [{ ...file, content: '/etc/passwd', mode: 0o120777 }]],
  [
    'link-from-dos',
    'entry_link',
    'a link by a mode that a DOS entry carries',
    [{ ...file, mode: 0o120777, madeBy: 20 }],
  ],
  ['reparse-point', 'entry_link', 'a link of Windows', [{ ...file, dosAttributes: 0x420, madeBy: 0x0a14, mode: 0 }]],
  ['device', 'entry_special', 'a character device', [{ ...file, mode: 0o020644 }]],
  ['block-device', 'entry_special', 'a block device', [{ ...file, mode: 0o060644 }]],
  ['pipe', 'entry_special', 'a named pipe', [{ ...file, mode: 0o010644 }]],
  ['socket', 'entry_special', 'a socket', [{ ...file, mode: 0o140644 }]],
  ['volume-label', 'entry_special', 'the label of a volume', [{ ...file, dosAttributes: 0x08 }]],
  ['setuid', 'entry_setuid', 'setuid', [{ ...file, mode: 0o104755 }]],
  ['setgid', 'entry_setuid', 'setgid', [{ ...file, mode: 0o102755 }]],
  ['other-system', 'zip_feature', 'attributes of an Amiga', [{ ...file, madeBy: 0x0114 }]],
  [
    'link-in-extra',
    'zip_extra',
    'a link target in the field for Unix',
    [{ ...file, extra: extraField(0x000d, Buffer.alloc(12), Buffer.from('/etc/passwd')) }],
  ],
  [
    'link-in-asi-extra',
    'zip_extra',
    'a mode and link target in a field of its own',
    [{ ...file, localExtra: extraField(0x756e, Buffer.alloc(14), Buffer.from('/etc')) }],
  ],
  [
    'folder-with-content',
    'folder_content',
    'a folder that holds bytes',
    [{ name: 'a/', content: 'x', stored: true, mode: 0o040755 }, file],
  ],
  [
    'folder-with-packed-bytes',
    'trailing_data',
    'a folder of no size with bytes behind its data',
    [{ name: 'a/', mode: 0o040755, packed: Buffer.from('\x03\x00hidden', 'latin1') }, file],
  ],
  [
    'folder-with-bomb',
    'size_mismatch',
    'a folder of no size that unpacks to something',
    [{ name: 'a/', mode: 0o040755, content: 'hidden', size: 0, crc: 0 }, file],
  ],
  [
    'folder-by-attributes',
    'folder_content',
    'a file by name, a folder by attributes',
    [{ ...file, dosAttributes: 0x10 }],
  ],
  ['folder-by-mode', 'folder_content', 'a file by name, a folder by mode', [{ ...file, mode: 0o040755 }]],
  [
    'file-by-mode',
    'folder_content',
    'a folder by name, a file by mode',
    [{ name: 'a/', stored: true, mode: 0o100644 }, file],
  ],

  // encryption, methods, features
  ['encrypted', 'zip_encrypted', 'old encryption', [{ ...file, flags: 0x0801 }]],
  ['encrypted-strong', 'zip_feature', 'strong encryption by its own flag', [{ ...file, flags: 0x0840 }]],
  ['encrypted-aes', 'zip_encrypted', 'AES by its method', [{ ...file, method: 99 }]],
  [
    'encrypted-aes-extra',
    'zip_encrypted',
    'AES by its field',
    [{ ...file, extra: extraField(0x9901, Buffer.alloc(7)) }],
  ],
  ['encrypted-directory', 'zip_feature', 'a masked local header', [{ ...file, flags: 0x2800 }]],
  ['method-bzip2', 'zip_method', 'bzip2', [{ ...file, method: 12, needed: 45 }]],
  ['method-deflate64', 'zip_method', 'Deflate64', [{ ...file, method: 9 }]],
  ['method-zstd', 'zip_method', 'Zstandard', [{ ...file, method: 93 }]],
  ['method-jpeg', 'zip_method', 'the method for JPEG', [{ ...file, method: 96 }]],
  ['patched-data', 'zip_feature', 'data that patches another file', [{ ...file, flags: 0x0820 }]],
  ['version', 'zip_feature', 'a version that nobody has yet', [{ ...file, needed: 200 }]],

  // local header against directory
  ['other-name', 'zip_local_mismatch', 'another name in front', [{ ...file, localName: 'evil.js' }]],
  ['longer-name', 'zip_local_mismatch', 'a longer name in front', [{ ...file, localName: 'index.js.exe' }]],
  ['name-in-other-case', 'zip_local_mismatch', 'another case in front', [{ ...file, localName: 'Index.js' }]],
  ['other-size', 'zip_local_mismatch', 'another size in front', [{ ...file, localSize: 3 }]],
  ['other-packed-size', 'zip_local_mismatch', 'another packed size in front', [{ ...file, localCompressedSize: 3 }]],
  ['other-checksum', 'zip_local_mismatch', 'another checksum in front', [{ ...file, localCrc: 1 }]],
  ['other-flags', 'zip_local_mismatch', 'encrypted in front alone', [{ ...file, localFlags: 0x0801 }]],
  ['other-method', 'zip_local_mismatch', 'stored in front, deflated behind', [{ ...file, localMethod: 0 }]],
  [
    'zero-without-descriptor',
    'zip_local_mismatch',
    'no size in front, and no descriptor',
    [{ ...file, localSize: 0, localCompressedSize: 0, localCrc: 0 }],
  ],
  [
    'size-beside-descriptor',
    'zip_local_mismatch',
    'a wrong size in front of a descriptor',
    [{ ...file, descriptor: 'signed', localSize: 3 }],
  ],
  ['descriptor-missing', 'zip_descriptor', 'a descriptor that is not there', [{ ...file, flags: 0x0808 }, other]],
  [
    'descriptor-lies',
    'zip_descriptor',
    'a descriptor of something else',
    [{ ...file, flags: 0x0808, gap: number32(0x08074b50, 1, 2, 3) }],
  ],
  [
    'descriptor-inside',
    'zip_descriptor',
    'stored data that holds a descriptor and the next entry',
    [
      { name: 'a', content: Buffer.concat([Buffer.from('a'), fakeDescriptor]), stored: true, descriptor: 'signed' },
      file,
    ],
  ],
  ['descriptor-wide', 'zip_descriptor', 'a wide descriptor that nothing announces', [{ ...file, descriptor: 'wide' }]],
  ['second-name', 'zip_second_name', 'a field with another name', [{ ...file, extra: secondName('../evil.js') }]],
  ['second-name-local', 'zip_second_name', 'the same in front', [{ ...file, localExtra: secondName('evil.js') }]],
  [
    'second-name-of-another',
    'zip_second_name',
    'the same name under a wrong checksum',
    [{ ...file, extra: secondName(file.name, 1) }],
  ],
  ['second-name-empty', 'zip_second_name', 'a field that is too short', [{ ...file, extra: extraField(0x7075) }]],
  [
    'second-name-elsewhere',
    'zip_extra',
    'a name in a field of another vendor',
    [{ ...file, extra: extraField(0x554e, Buffer.from('evil.js', 'utf16le')) }],
  ],
  [
    'extra-twice',
    'zip_extra',
    'one field twice',
    [{ ...file, extra: Buffer.concat([secondName(file.name), secondName('evil.js')]) }],
  ],
  [
    'extra-cut-off',
    'zip_extra',
    'a field that is longer than its place',
    [{ ...file, extra: Buffer.from([0x55, 0x54, 9, 0, 1]) }],
  ],
  ['extra-remainder', 'zip_extra', 'bytes that are no field', [{ ...file, localExtra: Buffer.from([1, 2, 3]) }]],

  // ZIP64
  ['zip64-for-nothing', 'zip64', 'a size that nothing refers to', [{ ...file, extra: size64(1, 1) }]],
  ['zip64-too-many', 'zip64', 'one number more than is needed', [inDirectory(size64(file.content.length, 3))]],
  ['zip64-missing', 'zip64', 'no number where one is needed', [inDirectory(new Uint8Array(0))]],
  ['zip64-other-size', 'zip_local_mismatch', 'another size than in front', [inDirectory(size64(3))]],
  ['zip64-huge', 'entry_too_large', 'eight exabytes', [inDirectory(extraField(0x0001, Buffer.alloc(8, 0xff)))]],
  [
    'zip64-offset',
    'zip_hidden_bytes',
    'an offset behind everything',
    [{ ...file, needed: 45, offset: full32, extra: size64(5_000_000_000) }],
  ],
  [
    'zip64-local-one',
    'zip64',
    'one long size where two are needed',
    [{ ...file, localSize: full32, localExtra: size64(file.content.length) }],
  ],
  [
    'zip64-local-other',
    'zip_local_mismatch',
    'another size in front alone',
    [{ ...file, localSize: full32, localCompressedSize: full32, localExtra: size64(1, 1) }],
  ],
  ['end64-other-count', 'zip64', 'another count', [file, other], { end64: { count: 1 } }],
  ['end64-other-start', 'zip64', 'another directory', [file], { end64: { start: 0 } }],
  ['end64-elsewhere', 'zip64', 'a locator that points elsewhere', [file], { end64: { at: 0 } }],
  ['end64-version', 'zip64', 'a directory that is encrypted', [file], { end64: { version: 62 } }],
  ['end64-extensible', 'zip64', 'bytes in its extensible part', [file], { end64: { more: hidden } }],
  [
    'end64-missing',
    'zip_end',
    'a full end record without the longer one',
    [file],
    { count: 0xffff, directoryStart: full32 },
  ],

  // places for other readings
  ['gap', 'zip_hidden_bytes', 'bytes between entries', [{ ...file, gap: hidden }, other]],
  ['gap-at-end', 'zip_hidden_bytes', 'bytes in front of the directory', [{ ...file, gap: hidden }]],
  [
    'hidden-entry',
    'zip_hidden_bytes',
    'an entry that the directory leaves out',
    [{ ...file, gap: evil.subarray(0, evil.length - 22 - 53) }, other],
  ],
  ['overlap', 'zip_overlap', 'two entries in one place', [file, { ...other, offset: 0 }]],
  ['prefix-script', 'package_not_archive', 'a script in front', [file], { prefix: Buffer.from('#!/bin/sh\nexit\n') }],
  ['prefix-picture', 'package_not_archive', 'a picture in front', [file], { prefix: Buffer.from('GIF89a') }],
  ['prefix-program', 'package_not_archive', 'a program in front', [file], { prefix: Buffer.from('MZ\x90\x00') }],
  ['prefix-entry', 'zip_hidden_bytes', 'an entry in front', [file], { prefix: evil.subarray(0, 41) }],
  [
    'prefix-uncounted',
    'zip_end',
    'a prefix that offsets do not count',
    [file],
    { prefix: evil.subarray(0, 41), directoryStart: 66 },
  ],
  ['behind', 'zip_end', 'a page behind', [file], { behind: Buffer.from('<script>') }],
  ['behind-zeros', 'zip_end', 'zeros behind', [file], { behind: Buffer.alloc(512) }],
  ['two-ends', 'zip_end', 'an archive in the comment', [file], { comment: evil }],
  [
    'end-in-comment',
    'zip_comment',
    'an end record in the comment that does not reach its end',
    [file],
    { comment: Buffer.concat([evil, hidden]) },
  ],
  [
    'end-in-entry-comment',
    'zip64',
    'ZIP64 records in the comment of the last entry',
    [{ ...file, comment: Buffer.concat([number32(0x06064b50), Buffer.alloc(52), number32(0x07064b50, 0, 0, 0, 1)]) }],
  ],
  ['comment-long', 'zip_comment', 'a comment with room for a document', [file], { comment: Buffer.alloc(10_000, 'a') }],
  [
    'comment-page',
    'zip_comment',
    'a page in the comment',
    [file],
    { comment: Buffer.from('<script src=//example.com></script>') },
  ],
  ['comment-pdf', 'zip_comment', 'a document in the comment', [file], { comment: Buffer.from('%PDF-1.4') }],
  [
    'comment-of-entry',
    'zip_comment',
    'a script in the comment of an entry',
    [{ ...file, comment: Buffer.from('<?php system($_GET[0]);') }],
  ],
  ['before-end', 'zip_end', 'bytes before the end record', [file], { beforeEnd: Buffer.alloc(20) }],
  ['start-too-early', 'zip_end', 'a directory that begins earlier', [file], { directoryStart: 0 }],
  ['start-outside', 'zip_end', 'a directory outside', [file], { directoryStart: 0x7fffffff }],
  ['size-too-small', 'zip_end', 'a directory that is shorter', [file], { directorySize: 3 }],
  ['count-too-small', 'zip_count', 'more entries than counted', [file, other], { count: 1 }],
  ['count-too-large', 'zip_count', 'fewer entries than counted', [file], { count: 2 }],
  ['parts', 'zip_end', 'the second part of several', [file], { disk: 1 }],
  ['part-of-entry', 'zip_end', 'an entry in another part', [{ ...file, disk: 1 }]],
  ['empty', 'no_files', 'no entries', []],
  ['folders-alone', 'no_files', 'folders and no file', [{ name: 'a/', stored: true, mode: 0o040755 }]],

  // content
  ['checksum', 'checksum', 'a wrong checksum in both places', [{ ...file, crc: 1 }]],
  ['checksum-stored', 'checksum', 'the same of stored data', [{ ...file, stored: true, crc: 1 }]],
  ['size-below', 'size_mismatch', 'a size below what unpacks', [{ ...file, size: 3 }]],
  ['size-above', 'size_mismatch', 'a size above what unpacks', [{ ...file, size: 300 }]],
  ['size-stored', 'size_mismatch', 'stored with two sizes', [{ ...file, stored: true, size: 3 }]],
  ['no-deflate', 'damaged', 'data that is no deflate', [{ ...file, packed: Buffer.from('zzzzzzzz') }]],
  [
    'behind-deflate',
    'trailing_data',
    'bytes behind the end of the deflated data',
    [{ ...file, packed: Buffer.concat([deflated(), hidden]) }],
  ],
];

function deflated(): Uint8Array {
  const zip = makeZip([file]);
  const start = 30 + file.name.length;
  return zip.subarray(start, start + Buffer.from(zip).readUInt32LE(18));
}

export const zipCases: readonly ArchiveCase[] = [
  ...rows.map(([label, rule, why, parts, options]): ArchiveCase => ({
    file: `zip-${label}.zip`,
    why,
    expected: 'reject',
    rule,
    bytes: () => makeZip(parts, options),
  })),
  ...[30, 60, 90].map((length): ArchiveCase => ({
    file: `zip-cut-off-${length}.zip`,
    why: `the first ${length} bytes alone`,
    expected: 'reject',
    rule: 'zip_end',
    bytes: () => makeZip([file]).subarray(0, length),
  })),
  {
    file: 'zip-no-local-header.zip',
    why: 'an entry that points at something else',
    expected: 'reject',
    rule: 'zip_local_mismatch',
    bytes: () => {
      const zip = Buffer.from(makeZip([file, other]));
      zip.writeUInt8(0, zip.indexOf('PK\x03\x04', 4, 'latin1'));
      return zip;
    },
  },
  {
    file: 'zip-named.tar.gz',
    why: 'a ZIP named like a TAR.GZ',
    expected: 'reject',
    rule: 'name_mismatch',
    bytes: () => makeZip([file]),
  },
  {
    file: 'elf.zip',
    why: 'a program named like a ZIP',
    expected: 'reject',
    rule: 'package_not_archive',
    bytes: () => Buffer.from('\x7fELF\x02\x01\x01'),
  },
  {
    file: 'nothing.zip',
    why: 'no bytes',
    expected: 'reject',
    rule: 'package_not_archive',
    bytes: () => new Uint8Array(0),
  },
];
