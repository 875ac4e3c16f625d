import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { limits } from '@proofpix/contract/limits';
import { plainFile, type ArchiveCase } from './case.ts';
import { makeTar, makeTarGz, paxRecord } from './make-tar.ts';
import { makeZip, type ZipPart } from './make-zip.ts';

const MB = 1024 * 1024;
const zeros = (megabytes: number) => Buffer.alloc(megabytes * MB);

/** Bytes that do not compress, the same every time. */
function noise(length: number): Buffer {
  const words = new Uint32Array(Math.ceil(length / 4));
  let state = 1;
  for (let index = 0; index < words.length; index += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[index] = state;
  }
  return Buffer.from(words.buffer).subarray(0, length);
}

/** Large entries that say they unpack to nothing new: all their data is one and the same. */
function overlapping(count: number, content: Uint8Array): Uint8Array {
  const packed = deflateRawSync(content);
  const shared = { crc: crc32(content), size: content.length, packed };
  const parts = Array.from({ length: count }, (_, index): ZipPart =>
    index === 0
      ? { name: 'a0', ...shared }
      : {
          name: `a${index}`,
          crc: shared.crc,
          size: shared.size,
          compressedSize: packed.length,
          packed: new Uint8Array(0),
          offset: 0,
        },
  );
  return makeZip(parts);
}

const inner: readonly (readonly [label: string, name: string, bytes: () => Uint8Array])[] = [
  ['zip', 'inner.zip', () => makeZip([plainFile])],
  ['zip-renamed', 'picture.png', () => makeZip([plainFile])],
  [
    'zip-behind-picture',
    'picture.gif',
    () => Buffer.concat([Buffer.from('GIF89a'), Buffer.alloc(20), makeZip([plainFile])]),
  ],
  ['zip-without-entries', 'empty.dat', () => makeZip([])],
  ['tar', 'inner.tar', () => makeTar([plainFile])],
  ['tar-gz', 'inner.tgz', () => makeTarGz([plainFile])],
  ['gzip', 'data.json.gz', () => gzipSync('{}')],
  ['bzip2', 'data.bz2', () => Buffer.from('BZh91AY&SY\0\0\0\0')],
  ['xz', 'data.xz', () => Buffer.from('\xfd7zXZ\0\0\0', 'latin1')],
  ['zstd', 'data.zst', () => Buffer.from('\x28\xb5\x2f\xfd\0\0', 'latin1')],
  ['seven-zip', 'data.7z', () => Buffer.from('7z\xbc\xaf\x27\x1c\0\x04', 'latin1')],
  ['rar', 'data.rar', () => Buffer.from('Rar!\x1a\x07\x01\0', 'latin1')],
  ['cpio', 'data.cpio', () => Buffer.from(`070701${'0'.repeat(104)}`)],
];

const rows: readonly (readonly [
  file: string,
  rule: Exclude<ArchiveCase, { expected: 'accept' }>['rule'],
  why: string,
  bytes: () => Uint8Array,
])[] = [
  ['ratio.zip', 'ratio', '6 MB of zeros', () => makeZip([{ name: 'z', content: zeros(6) }])],
  [
    'ratio-of-many.zip',
    'ratio',
    'many files that are each below the limit',
    () => makeZip(Array.from({ length: 8 }, (_, index) => ({ name: `z${index}`, content: zeros(1) }))),
  ],
  ['ratio.tar.gz', 'ratio', '6 MB of zeros', () => makeTarGz([{ name: 'z', content: zeros(6) }])],
  ['ratio-behind-end.tar.gz', 'ratio', '6 MB of zeros behind the end', () => makeTarGz([plainFile], { end: zeros(6) })],
  [
    'entry.zip',
    'entry_too_large',
    'one file over 50 MB, by its own word',
    () => makeZip([{ name: 'z', content: 'x', size: 50 * MB + 1 }]),
  ],
  [
    'entry.tar.gz',
    'entry_too_large',
    'the same in a tar',
    () => makeTarGz([{ name: 'z', content: 'x', size: `${(50 * MB + 1).toString(8)}\0` }]),
  ],
  [
    'claims-much.zip',
    'ratio',
    'a size within the limits that would be given before it is found out',
    () => makeZip([{ name: 'z', content: 'x', size: 49 * MB }]),
  ],
  [
    'claims-much.tar.gz',
    'ratio',
    'the same in a tar',
    () => makeTarGz([{ name: 'z', content: 'x', size: `0${(49 * MB).toString(8)}\0` }]),
  ],
  [
    'total.zip',
    'unpacked_too_large',
    'five files that are over 200 MB together',
    () =>
      makeZip([
        { name: 'noise', content: noise(2 * MB), stored: true },
        ...Array.from({ length: 5 }, (_, index) => ({ name: `z${index}`, content: 'x', size: 45 * MB })),
      ]),
  ],
  [
    'lying-size.zip',
    'size_mismatch',
    'says ten bytes and unpacks to 6 MB',
    () => makeZip([{ name: 'z', content: zeros(6), size: 10 }]),
  ],
  ['overlap.zip', 'zip_overlap', 'entries that share their data', () => overlapping(2, noise(MB))],
  ['overlap-of-many.zip', 'ratio', 'a thousand of them', () => overlapping(1_000, zeros(1))],
  [
    'many.zip',
    'too_many_entries',
    '2,001 entries',
    () => makeZip(Array.from({ length: limits.packageEntries + 1 }, (_, index) => ({ name: `f${index}` }))),
  ],
  [
    'many.tar.gz',
    'too_many_entries',
    '2,001 entries',
    () => makeTarGz(Array.from({ length: limits.packageEntries + 1 }, (_, index) => ({ name: `f${index}` }))),
  ],
  [
    'many-folders.tar.gz',
    'too_many_entries',
    '2,001 folders',
    () =>
      makeTarGz(Array.from({ length: limits.packageEntries + 1 }, (_, index) => ({ name: `f${index}/`, type: '5' }))),
  ],
  [
    'many-headers.tar.gz',
    'too_many_entries',
    '2,001 global headers that describe nothing',
    () => {
      const text = noise(90_000).toString('hex');
      const header = (index: number) => paxRecord('comment', text.slice(index * 80, index * 80 + 80));
      return makeTarGz(
        Array.from({ length: limits.packageEntries + 1 }, (_, index) => ({
          name: 'g',
          type: 'g',
          content: header(index),
        })),
      );
    },
  ],
  [
    'large.zip',
    'package_too_large',
    'over 50 MB as it stands',
    () => Buffer.concat([Buffer.from('PK\x03\x04'), zeros(50)]),
  ],
  [
    'quine.zip',
    'zip_overlap',
    'an entry that holds the archive it is in',
    () => makeZip([{ name: 'r.zip', stored: true, size: 118, compressedSize: 118 }]),
  ],
  [
    'nested-twice.zip',
    'nested_archive',
    'an archive in an archive in an archive',
    () =>
      makeZip([
        { name: 'a.zip', content: makeZip([{ name: 'b.zip', content: makeZip([{ name: 'z', content: zeros(1) }]) }]) },
      ]),
  ],
];

export const bombCases: readonly ArchiveCase[] = [
  ...rows.map(([file, rule, why, bytes]): ArchiveCase => ({
    file: `bomb-${file}`,
    why,
    expected: 'reject',
    rule,
    bytes,
  })),
  ...inner.map(([label, name, bytes]): ArchiveCase => ({
    file: `nested-${label}.zip`,
    why: `${name} inside the archive`,
    expected: 'reject',
    rule: 'nested_archive',
    bytes: () => makeZip([plainFile, { name, content: bytes() }]),
  })),
  {
    file: 'nested-zip.tar.gz',
    why: 'a ZIP inside a TAR.GZ',
    expected: 'reject',
    rule: 'nested_archive',
    bytes: () => makeTarGz([plainFile, { name: 'inner.zip', content: makeZip([plainFile]) }]),
  },
];
