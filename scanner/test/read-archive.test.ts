import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { Parser } from 'tar';
import yauzl from 'yauzl';
import { describe, expect, test } from 'vitest';
import { readArchive } from '@proofpix/scanner/read-archive';
import { makeTar, makeTarGz, paxRecord, type TarPart } from '../../corpus/archives/make-tar.ts';
import { makeZip, type ZipPart } from '../../corpus/archives/make-zip.ts';

const file = { name: 'index.js', content: 'export default { hooks: {} };' };
const honest = [
  file,
  { name: 'lib/', mode: 0o040755, stored: true },
  { name: 'lib/ünï.js', content: 'x'.repeat(5_000) },
];
const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString();

async function refusal(bytes: Uint8Array): Promise<string> {
  return readArchive(bytes).then(
    () => 'accepted',
    (error: { code?: string; detail?: string }) => error.detail ?? error.code ?? String(error),
  );
}

describe('an honest archive', () => {
  test('is read the same from ZIP and from TAR.GZ', async () => {
    const zip = await readArchive(makeZip(honest));
    const tar = await readArchive(
      makeTarGz([
        { name: './', type: '5' },
        file,
        { name: 'lib/', type: '5' },
        { name: 'lib/ünï.js', content: 'x'.repeat(5_000) },
      ]),
    );
    expect(zip.format).toBe('zip');
    expect(tar.format).toBe('tar.gz');
    expect([...tar.files].sort()).toEqual([...zip.files].sort());
    expect(text(zip.files.get('index.js'))).toBe(file.content);
  });

  test('holds what other programs find in it', async () => {
    const bytes = makeZip(honest);
    const zip = await yauzl.fromBufferPromise(Buffer.from(bytes), { lazyEntries: true });
    const others = new Map<string, string>();
    for await (const entry of zip.eachEntry()) {
      if (!entry.fileName.endsWith('/'))
        others.set(entry.fileName, text(await buffer(await zip.openReadStreamPromise(entry))));
    }
    const { files } = await readArchive(bytes);
    expect(new Map([...files].map(([path, content]) => [path, text(content)]))).toEqual(others);

    const tarred = makeTarGz([file, { name: 'package/b.txt', content: 'b' }]);
    const found: string[] = [];
    const parser = new Parser({ strict: true, onReadEntry: (entry) => (found.push(entry.path), entry.resume()) });
    await new Promise((resolve, reject) => {
      parser.on('end', resolve);
      parser.on('error', reject);
      Readable.from([tarred])
        .on('data', (chunk) => parser.write(chunk))
        .on('end', () => parser.end());
    });
    expect([...(await readArchive(tarred)).files.keys()]).toEqual(found);
  });

  test('may have data descriptors, an archive comment and harmless extended headers', async () => {
    const content = Buffer.from('streamed');
    const descriptor = Buffer.alloc(16);
    descriptor.writeUInt32LE(0x08074b50, 0);
    descriptor.writeUInt32LE(crc32(content), 4);
    descriptor.writeUInt32LE(deflateRawSync(content).length, 8);
    descriptor.writeUInt32LE(content.length, 12);
    const streamed = { name: 'a.js', content, flags: 0x0808, gap: descriptor };
    expect((await readArchive(makeZip([streamed, file], { comment: Buffer.from('a commit') }))).files.size).toBe(2);
    expect(await refusal(makeZip([{ ...streamed, gap: descriptor.subarray(0, 12) }, file]))).toContain(
      'data descriptor',
    );

    const pax = paxRecord('mtime', '1700000000.5') + paxRecord('path', 'index.js');
    expect((await readArchive(makeTarGz([{ name: 'PaxHeader', type: 'x', content: pax }, file]))).files.size).toBe(1);
  });
});

const paths: [name: string, says: string][] = [
  ['../evil.js', 'leads out'],
  ['a/../../evil.js', 'leads out'],
  ['/etc/passwd', 'absolute'],
  ['C:/evil.js', 'drive'],
  ['a\\b.js', 'backslash'],
  ['a.js:stream', 'colon'],
  ['aux.js', 'device name'],
  ['lib/COM1', 'device name'],
  ['lib/lpt\u00b9.txt', 'device name'],
  ['a\u0007.js', 'control'],
  ['gpj\u202e.exe', 'invisible'],
  ['a\u200b.js', 'invisible'],
  ['a//b.js', 'empty'],
  ['./a/./b.js', '"."'],
  ['a./b.js', 'ends in a dot'],
  ['a /b.js', 'ends in a dot or space'],
  [`${'d/'.repeat(40)}a.js`, 'deeper'],
  [`${'a'.repeat(241)}.js`, 'longer'],
  ['a?.js', 'Windows'],
];

test.each(paths)('the path %j is refused in a ZIP', async (name, says) => {
  expect(await refusal(makeZip([{ name, content: 'x' }, file]))).toContain(says);
});

test.each(paths.filter(([name]) => name.length < 100 && !name.startsWith('./')))(
  'the path %j is refused in a TAR.GZ',
  async (name, says) => {
    expect(await refusal(makeTarGz([{ name, content: 'x' }, file]))).toContain(says);
  },
);

const collisions: [string, string, string][] = [
  ['index.js', 'index.js', 'twice'],
  ['index.js', 'INDEX.js', 'collides'],
  ['caf\u00e9.js', 'cafe\u0301.js', 'collides'],
  ['stra\u00dfe.js', 'STRASSE.js', 'collides'],
  ['a', 'a/b.js', 'at once'],
  ['Lib/a.js', 'lib/b.js', 'collides'],
];

test.each(collisions)('%j beside %j is refused', async (one, other, says) => {
  expect(
    await refusal(
      makeZip([
        { name: one, content: '1' },
        { name: other, content: '2' },
      ]),
    ),
  ).toContain(says);
  expect(
    await refusal(
      makeTarGz([
        { name: one, content: '1' },
        { name: other, content: '2' },
      ]),
    ),
  ).toContain(says);
});

const zipAttacks: [why: string, parts: ZipPart[], options: Parameters<typeof makeZip>[1], says: string][] = [
  ['a link', [{ ...file, mode: 0o120777 }], {}, 'link'],
  ['a device', [{ ...file, mode: 0o020644 }], {}, 'neither a file'],
  ['setuid', [{ ...file, mode: 0o104755 }], {}, 'setuid'],
  ['a folder with content', [{ name: 'a/', content: 'x', stored: true, mode: 0o040755 }], {}, 'folder with content'],
  ['a folder by its attributes', [{ ...file, dosAttributes: 0x10 }], {}, 'folder by its attributes'],
  ['encryption', [{ ...file, flags: 0x0801 }], {}, 'encrypted'],
  ['strong encryption', [{ ...file, flags: 0x0840 }], {}, 'feature'],
  ['another method', [{ ...file, method: 12 }], {}, 'deflate'],
  ['a name that is not UTF-8', [{ name: Buffer.from([0x61, 0xff]), content: 'x' }], {}, 'UTF-8'],
  ['a name in another encoding', [{ name: Buffer.from('\xfc.js', 'latin1'), content: 'x', flags: 0 }], {}, 'UTF-8'],
  ['another local name', [{ ...file, localName: 'other.js' }], {}, 'another name'],
  ['another local size', [{ ...file, localSize: 3 }], {}, 'another checksum or size'],
  ['other local flags', [{ ...file, localFlags: 0 }], {}, 'other flags'],
  ['a wrong checksum', [{ ...file, crc: 1 }], {}, 'checksum'],
  ['a size too small', [{ ...file, size: 3 }], {}, 'more than it declares'],
  ['a size too large', [{ ...file, size: 300 }], {}, 'another size'],
  ['a size that is too large to be given', [{ ...file, size: 0x7fffffff }], {}, '50 MB'],
  ['data that is no deflate', [{ name: 'a', content: 'zzzz', stored: true, method: 8 }], {}, 'unpacked'],
  ['a gap between entries', [{ ...file, gap: Buffer.from('hidden') }, { name: 'b' }], {}, 'belong to no entry'],
  ['a gap before the directory', [{ ...file, gap: Buffer.from('hidden') }], {}, 'between its entries'],
  ['an overlap', [file, { name: 'b', content: 'b', offset: 0 }], {}, 'overlaps'],
  ['bytes in front', [file], { prefix: Buffer.from('#!/bin/sh\n') }, 'package_not_archive'],
  [
    'an entry in front that the directory hides',
    [file],
    { prefix: makeZip([{ name: 'hidden.js', content: 'x' }]).subarray(0, 40) },
    'no entry',
  ],
  ['bytes behind', [file], { behind: Buffer.from('<script>') }, 'no end'],
  ['a second end', [file], { comment: Buffer.from(makeZip([{ name: 'b' }])) }, 'two ends'],
  ['bytes before the end', [file], { beforeEnd: Buffer.alloc(20) }, 'does not end'],
  ['a wrong count', [file, { name: 'b' }], { count: 1 }, 'more in its directory'],
  ['ZIP64', [{ ...file, extra: Buffer.from([1, 0, 0, 0]) }], {}, 'ZIP64'],
  ['a second name', [{ ...file, extra: Buffer.from([0x75, 0x70, 0, 0]) }], {}, 'second name'],
  ['a second name in the local header', [{ ...file, localExtra: Buffer.from([0x75, 0x70, 0, 0]) }], {}, 'second name'],
  ['nothing', [], {}, 'no files'],
  ['only folders', [{ name: 'a/', stored: true, mode: 0o040755 }], {}, 'no files'],
  ['a bomb', [{ name: 'z', content: Buffer.alloc(40 * 1024 * 1024) }], {}, '200 times'],
];

test.each(zipAttacks)('a ZIP with %s is refused', async (_, parts, options, says) => {
  expect(await refusal(makeZip(parts, options))).toContain(says);
});

const tarAttacks: [why: string, parts: TarPart[], says: string][] = [
  ['a symbolic link', [{ name: 'a', type: '2', link: '/etc/passwd' }], 'symbolic link'],
  ['a hard link', [{ name: 'a', type: '1', link: 'b' }], 'hard link'],
  ['a link target on a file', [{ ...file, link: '/etc/passwd' }], 'target of a link'],
  ['a character device', [{ name: 'a', type: '3' }], 'device'],
  ['a named pipe', [{ name: 'a', type: '6' }], 'pipe'],
  ['a contiguous file', [{ name: 'a', type: '7' }], 'unknown type'],
  ['a sparse file', [{ name: 'a', type: 'S' }], 'sparse'],
  ['a GNU long name', [{ name: '././@LongLink', type: 'L', content: '../../evil' }, file], 'renamed'],
  ['setgid', [{ ...file, mode: '0002755\0' }], 'setuid'],
  ['a file that is called a folder', [{ name: 'a/', content: 'x' }], 'folder by its name'],
  ['a pax path', [{ name: 'x', type: 'x', content: paxRecord('path', '../../evil.js') }, file], 'renamed'],
  ['a pax size', [{ name: 'x', type: 'x', content: paxRecord('size', '1') }, file], '"size"'],
  ['a pax link', [{ name: 'x', type: 'x', content: paxRecord('linkpath', '/etc') }, file], '"linkpath"'],
  ['pax sparse', [{ name: 'x', type: 'x', content: paxRecord('GNU.sparse.name', 'evil') }, file], 'GNU.sparse'],
  [
    'two pax paths',
    [{ name: 'x', type: 'x', content: paxRecord('path', 'index.js') + paxRecord('path', 'evil.js') }, file],
    '"path"',
  ],
  ['a broken pax header', [{ name: 'x', type: 'x', content: '99 path=a\n' }, file], 'broken extended'],
  ['a pax header of a pax header', [{ name: 'x', type: 'x' }, { name: 'x', type: 'x' }, file], 'extended header of'],
  ['a global pax path', [{ name: 'x', type: 'g', content: paxRecord('path', 'index.js') }, file], 'global'],
  ['a pax header at the end', [file, { name: 'x', type: 'x' }], 'ends behind'],
  ['text behind a NUL in a name', [{ name: 'a.js\0.png', content: 'x' }], 'NUL'],
  ['a binary size', [{ ...file, size: '\x80\0\0\0\0\0\0\0\0\0\0\x1d' }], 'octal'],
  ['a size beyond the archive', [{ ...file, size: '00000100000\0' }], 'cut off'],
  ['a size that is too large to be given', [{ ...file, size: '77777777777\0' }], '50 MB'],
  ['a wrong header checksum', [{ ...file, checksum: '000000\0 ' }], 'wrong checksum'],
  ['a prefix outside of POSIX', [{ ...file, magic: 'ustar  \0', prefix: '../..' }], 'prefix'],
  ['a prefix that leads out', [{ ...file, prefix: '../..' }], 'leads out'],
];

test.each(tarAttacks)('a TAR.GZ with %s is refused', async (_, parts, says) => {
  expect(await refusal(makeTarGz(parts))).toContain(says);
});

describe('a gzip stream', () => {
  const good = makeTarGz([file]);

  test('with anything behind it is refused, a second member included', async () => {
    expect(await refusal(Buffer.concat([good, Buffer.from('x')]))).toContain('behind its end');
    expect(await refusal(Buffer.concat([good, good]))).toContain('behind its end');
  });

  test('with a wrong checksum, a wrong length or cut off is refused', async () => {
    for (const [at, says] of [
      [8, 'checksum'],
      [4, 'another size'],
    ] as const) {
      const changed = Buffer.from(good);
      changed.writeUInt8(changed.readUInt8(changed.length - at) ^ 1, changed.length - at);
      expect(await refusal(changed)).toContain(says);
    }
    for (const length of [11, 40, good.length - 9, good.length - 1])
      expect(await refusal(good.subarray(0, length))).toMatch(/cut off/);
  });

  test('without the two blocks that end a tar, or with more behind them, is refused', async () => {
    expect(await refusal(makeTarGz([file], { end: Buffer.alloc(512) }))).toContain('cut off');
    expect(await refusal(gzipSync(Buffer.concat([makeTar([file]), makeTar([file])])))).toContain('behind its end');
  });

  test('that unpacks without end is refused before it is unpacked', async () => {
    const zeros = gzipSync(Buffer.concat([makeTar([file], { end: Buffer.alloc(0) }), Buffer.alloc(100 * 1024 * 1024)]));
    const before = process.memoryUsage().arrayBuffers;
    expect(await refusal(zeros)).toContain('200 times');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(48 * 1024 * 1024);
  });
});

test('an archive over 50 MB is refused as too large, whatever it holds', async () => {
  expect(await refusal(new Uint8Array(50 * 1024 * 1024 + 1))).toBe('package_too_large');
});

test('files that are no archive say so', async () => {
  for (const bytes of [
    Buffer.alloc(0),
    Buffer.from('PK'),
    Buffer.from('\x7fELF'),
    Buffer.from('Rar!\x1a\x07'),
    Buffer.from('7z\xbc\xaf'),
  ]) {
    expect(await refusal(bytes)).toBe('package_not_archive');
  }
});

test('noise in an archive ends in a refusal or in the same files, never in another error', async () => {
  let state = 7;
  const random = (below: number) => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) % below;
  for (const bytes of [makeZip(honest), makeTarGz([file, { name: 'b', content: 'b' }])]) {
    const expected = [...(await readArchive(bytes)).files].sort();
    for (let round = 0; round < 1_500; round += 1) {
      const noisy = Buffer.from(bytes);
      noisy[random(noisy.length)] = random(256);
      const files = await readArchive(noisy).then(
        (archive) => [...archive.files].sort(),
        (error: { code?: string }) => error.code ?? String(error),
      );
      if (typeof files === 'string') expect(['package_refused', 'package_not_archive']).toContain(files);
      // Names and contents may only change where the change is spelt out twice.
      else expect(files.map(([, content]) => text(content))).toEqual(expected.map(([, content]) => text(content)));
    }
  }
});
