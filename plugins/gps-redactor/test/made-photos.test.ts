import { deflateSync } from 'node:zlib';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostilePhotos } from '@proofpix/samples/hostile-photos';
import { makePhoto } from '@proofpix/samples/make-photo';
import { sampleExif } from '@proofpix/samples/sample-photo';
import { writeExif } from '@proofpix/samples/write-exif';
import { hookFile, openPlugin, type OpenedPlugin } from '../../test/open-plugin.ts';
import { exportRedacted, listName } from './export-redacted.ts';

let plugin: OpenedPlugin;
beforeAll(async () => {
  plugin = await openPlugin(dirname(dirname(fileURLToPath(import.meta.url))));
});
afterAll(() => plugin?.[Symbol.asyncDispose]());

const exif = { ...sampleExif, GPSLatitude: 33.8567844, GPSLongitude: 151.2152967 };
const gpsXmp = Buffer.from(`<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:e="http://ns.adobe.com/exif/1.0/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
 xmlns:dji="http://www.dji.com/drone-dji/1.0/" xmlns:ext="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 e:GPSLatitude="33,51.40706S" dji:GpsLongtitude='151.2' photoshop:City="Sydney" xmp:CreatorTool="Editor > 5">
<e:GPSLongitude>151,12.9178E</e:GPSLongitude><photoshop:Country>Australia</photoshop:Country>
<ext:LocationCreated><rdf:Bag><rdf:li><ext:City>Sydney</ext:City></rdf:li></rdf:Bag></ext:LocationCreated>
<xmp:Label>Keep me</xmp:Label></rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>`);
const traces = ['GPS', 'Gps', '33,51', '151,12', 'Sydney', 'Australia', 'Longtitude'];

const textOf = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('latin1');

describe.each(['jpeg', 'png', 'webp'] as const)('%s', (format) => {
  const photo = makePhoto({ format, exif, xmp: gpsXmp, width: 200, height: 140 });

  test('has no trace of the position left, and everything else is there', async () => {
    const extension = format === 'jpeg' ? 'jpg' : format;
    const { files, log, result } = await exportRedacted(plugin, [photo], { name: `IMG 1.${extension}` });
    expect({ error: result.error, log }).toEqual({ error: undefined, log: [] });
    expect([...files.keys()]).toEqual([`IMG 1-no-position.${extension}`, listName]);
    const redacted = files.get(`IMG 1-no-position.${extension}`);
    const text = textOf(redacted);
    for (const trace of traces) expect(text).not.toContain(trace);
    // The pointer to the position's directory, and the degrees as EXIF holds them.
    expect(redacted?.length).toBe(photo.length);
    for (const kept of ['Sample Camera', 'Keep me', 'CreatorTool="Editor > 5"', '2026:06:21 14:05:33']) {
      expect(text).toContain(kept);
    }
    expect(textOf(files.get(listName))).toContain('EXIF position, XMP position');
  });

  test('without a position comes back byte by byte', async () => {
    const plain = makePhoto({ format, exif: { Make: 'Maker' }, xmp: { 'xmp:CreatorTool': 'Editor' } });
    const { files } = await exportRedacted(plugin, [plain]);
    const [[, copy] = []] = files;
    expect(copy && Buffer.from(copy).equals(plain)).toBe(true);
    expect(textOf(files.get(listName))).toContain('There was no position in it');
  });

  test('cut off anywhere, or with noise in it, is redacted or refused and never fails', async () => {
    let state = 3;
    const random = (below: number) => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) % below;
    for (let round = 0; round < 60; round += 1) {
      const damaged = Buffer.from(round % 2 ? photo : photo.subarray(0, 20 + random(3_000)));
      const noisyBytes = round % 2 ? 5 : 0;
      for (let byte = 0; byte < noisyBytes; byte += 1) damaged[12 + random(2_400)] = random(256);
      const { result, files, log } = await exportRedacted(plugin, [damaged]);
      expect({ round, error: result.error, log }).toEqual({ round, error: undefined, log: [] });
      expect(files.has(listName)).toBe(true);
    }
  });
});

test("times and the maker's own block go or stay as the settings say", async () => {
  const block = writeExif({ ...exif, Software: 'kept' }, [{ tag: 0x927c, type: 'undefined', value: 'Lom in Norway' }]);
  const photo = makePhoto({ exif: block, xmp: { 'xmp:CreateDate': '2026-06-21T14:05:33' } });
  const plain = await exportRedacted(plugin, [photo]);
  const text = textOf([...plain.files.values()][0]);
  expect(text).toContain('2026-06-21T14:05:33');
  expect(text).toContain('2026:06:21 14:05:33');
  expect(text).not.toContain('Norway');
  const timeless = await exportRedacted(plugin, [photo], { options: { removeTimes: true } });
  expect(textOf([...timeless.files.values()][0])).not.toMatch(/2026[-:]06[-:]21/);
  expect(textOf([...timeless.files.values()][0])).toContain('kept');
  const kept = await exportRedacted(plugin, [photo], { options: { keepMakerNote: true } });
  expect(textOf([...kept.files.values()][0])).toContain('Norway');
  expect(textOf(kept.files.get(listName))).toContain("makers' own blocks were kept");
});

/** A segment of a JPEG. */
function segment(marker: number, ...parts: (string | Uint8Array)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));
  return Buffer.concat([Buffer.from([0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 255]), body]);
}
const withSegments = (photo: Uint8Array, ...segments: Uint8Array[]) =>
  Buffer.concat([photo.subarray(0, 2), ...segments, photo.subarray(2)]);
function dataset(number: number, text: string): Buffer {
  return Buffer.concat([Buffer.from([0x1c, 2, number, 0, text.length]), Buffer.from(text)]);
}

test('places in IPTC go, the rest of it stays, also where its resource gets shorter', async () => {
  const iptc = Buffer.concat([
    dataset(5, 'A title'),
    dataset(90, 'Sydney'),
    dataset(101, 'Australia'),
    dataset(80, 'Me'),
  ]);
  const head = Buffer.from('8BIM\x04\x04\0\0\0\0\0\0', 'latin1');
  head.writeUInt32BE(iptc.length, 8);
  const padding = iptc.length % 2 ? Buffer.alloc(1) : Buffer.alloc(0);
  const digest = Buffer.concat([Buffer.from('8BIM\x04\x25\0\0\0\0\0\x10', 'latin1'), Buffer.alloc(16, 7)]);
  const photo = withSegments(makePhoto({ exif }), segment(0xed, 'Photoshop 3.0\0', head, iptc, padding, digest));
  const { files } = await exportRedacted(plugin, [photo]);
  const [[, redacted] = []] = files;
  const text = textOf(redacted);
  for (const trace of traces) expect(text).not.toContain(trace);
  expect(text).toContain('A title');
  expect(text).toContain('Me');
  expect(textOf(files.get(listName))).toContain('IPTC places');
});

test('extended XMP in parts, comments, unknown segments and data behind the picture do not keep a position', async () => {
  const guid = 'A'.repeat(32);
  const half = 400;
  const part = (from: number, until?: number) => {
    const numbers = Buffer.alloc(8);
    numbers.writeUInt32BE(gpsXmp.length);
    numbers.writeUInt32BE(from, 4);
    return segment(0xe1, 'http://ns.adobe.com/xmp/extension/\0', guid, numbers, gpsXmp.subarray(from, until));
  };
  const photo = Buffer.concat([
    withSegments(
      makePhoto({ exif }),
      part(half),
      part(0, half),
      segment(0xfe, 'latitude 33.85'),
      segment(0xe6, 'GoPro\0GPSU'),
      segment(0xeb, 'JP\0 GPS'),
    ),
    Buffer.from('PK\x03\x04 GPS'),
  ]);
  const { files } = await exportRedacted(plugin, [photo]);
  const [[, redacted] = []] = files;
  for (const trace of [...traces, 'latitude', 'GoPro']) expect(textOf(redacted)).not.toContain(trace);
  expect(textOf(redacted)).toContain('Keep me');
  const list = textOf(files.get(listName));
  for (const what of ['a comment', 'APP6', 'Content Credentials', 'data behind the picture'])
    expect(list).toContain(what);
});

test('a thumbnail and the further pictures of an index are redacted too, and found where the index says', async () => {
  const inner = makePhoto({ exif, width: 32, height: 24, seed: 9 });
  const outer = makePhoto({ exif, width: 64, height: 48 });
  // Index of two pictures: the photo itself and the one behind it.
  const index = Buffer.alloc(8 + 2 + 12 + 4 + 32);
  index.write('II*\0', 'latin1');
  index.writeUInt32LE(8, 4);
  index.writeUInt16LE(1, 8);
  index.writeUInt16LE(0xb002, 10);
  index.writeUInt16LE(7, 12);
  index.writeUInt32LE(32, 14);
  index.writeUInt32LE(26, 18);
  const build = (offset: number, size: number) => {
    index.writeUInt32LE(size, 26 + 4);
    index.writeUInt32LE(inner.length, 26 + 16 + 4);
    index.writeUInt32LE(offset, 26 + 16 + 8);
    return withSegments(outer, segment(0xe6, 'unknown GPS'), segment(0xe2, 'MPF\0', index), segment(0xe5, 'more GPS'));
  };
  const size = build(0, 0).length;
  const indexAt = build(0, 0).indexOf('MPF\0') + 4;
  const photo = Buffer.concat([build(size - indexAt, size), inner]);
  const { files } = await exportRedacted(plugin, [photo]);
  const redacted = Buffer.from([...files.values()][0] ?? []);
  for (const trace of traces) expect(textOf(redacted)).not.toContain(trace);
  const movedAt = redacted.indexOf('MPF\0') + 4;
  const second = movedAt + redacted.readUInt32LE(movedAt + 26 + 16 + 8);
  expect(second + inner.length).toBe(redacted.length);
  expect(redacted.readUInt16BE(second)).toBe(0xffd8);
  expect(redacted.readUInt32LE(movedAt + 26 + 4)).toBe(second);
});

/** A chunk whose checksum nobody asks for. */
function pngChunk(type: string, ...parts: (string | Uint8Array)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, Buffer.from(type), body, Buffer.alloc(4)]);
}

test('a PNG keeps no position in packed text, in raw profiles or in chunks of its own', async () => {
  const plain = makePhoto({ format: 'png' });
  const profile = Buffer.concat([Buffer.from('Exif\0\0'), writeExif(exif)]);
  const raw = `\nexif\n    ${profile.length}\n${profile.toString('hex')}\n`;
  const photo = Buffer.concat([
    plain.subarray(0, 33),
    pngChunk('iTXt', 'XML:com.adobe.xmp\0\x01\0\0\0', deflateSync(gpsXmp)),
    pngChunk('tEXt', `Raw profile type exif\0${raw}`),
    pngChunk('zTXt', 'Raw profile type APP1\0\0', deflateSync(raw)),
    pngChunk('zTXt', 'Raw profile type xmp\0\0', deflateSync('not a profile')),
    pngChunk('zTXt', 'Comment\0\0', deflateSync(Buffer.alloc(100_000_000))),
    pngChunk('tEXt', 'exif:GPSLatitude\0', '33,51'),
    pngChunk('tEXt', 'Author\0', 'Me'),
    pngChunk('prVt', 'GPS'),
    plain.subarray(33),
    Buffer.from('GPS behind'),
  ]);
  const { files, result } = await exportRedacted(plugin, [photo], { name: 'a.png' });
  expect(result.error).toBeUndefined();
  const redacted = Buffer.from(files.get('a-no-position.png') ?? []);
  for (const trace of traces) expect(textOf(redacted)).not.toContain(trace);
  // The pointer to the position's directory, as hex digits of the profile.
  expect(textOf(redacted)).not.toContain('25880400');
  expect(textOf(redacted)).toContain('Author\0Me');
});

test.each(Object.entries(hostilePhotos))('the hostile photo %s is redacted or refused', async (_, make) => {
  const { result, files, log } = await exportRedacted(plugin, [make()]);
  expect({ error: result.error, log }).toEqual({ error: undefined, log: [] });
  for (const [name, bytes] of files) if (name !== listName) expect(textOf(bytes)).not.toMatch(/exif:GPS/);
});

test('XMP that nobody can read for certain goes as a whole', async () => {
  const packets = [
    Buffer.from(`<!DOCTYPE x [<!ENTITY g "33,51">]>${gpsXmp.toString()}`),
    Buffer.from(gpsXmp.toString(), 'utf16le'),
    Buffer.from(gpsXmp.toString().replace('</rdf:RDF>', '')),
    Buffer.from(gpsXmp.toString().replace('e:GPSLatitude="', 'e:GPSLatitude=')),
  ];
  for (const xmp of packets) {
    const { files } = await exportRedacted(plugin, [makePhoto({ xmp })]);
    const text = textOf([...files.values()][0]).replaceAll('\0', '');
    for (const trace of traces) expect(text).not.toContain(trace);
    expect(textOf(files.get(listName))).toContain('XMP that cannot be read');
  }
});

test('a case gives one copy of each exhibit, under names of their own, and says which it could not make', async () => {
  const photos = [
    makePhoto({ exif, seed: 1 }),
    makePhoto({ exif, seed: 2 }),
    makePhoto({ format: 'tiff', exif, seed: 3 }),
    Buffer.from('no photo at all'),
  ];
  const exhibits = photos.map((photo, index) => ({ number: index + 1, file: hookFile(photo, '../a/IMG\u202e.jpg') }));
  const large = { number: 5, file: { ...hookFile(photos[0] ?? Buffer.alloc(0), 'large.jpg'), size: 40_000_000 } };
  const { result, files } = await plugin.call(
    'export:generate',
    { report: { case: { title: 'Case' }, exhibits: [...exhibits, large] }, format: 'redacted-photo' },
    { files: photos },
  );
  expect(result.error).toBeUndefined();
  expect([...files.keys()]).toEqual(
    ['_a_IMG_-no-position.jpg', '_a_IMG_-no-position-2.jpg', listName].map((name) => name.replace(/^_/, 'photo.._')),
  );
  expect(result.result).toMatchObject({
    refused: [
      { why: 'TIFF and RAW files cannot be redacted: only JPEG, PNG and WebP can.' },
      { why: 'Such files cannot be redacted: only JPEG, PNG and WebP can.' },
      { why: 'It has more than 32 MB.' },
    ],
  });
  expect(textOf(files.get(listName))).toContain('Exhibit 5: large.jpg\n  Not written. It has more than 32 MB.');
});

test('a photo of nearly 32 MB stays within the memory of the plugin', async () => {
  const photo = makePhoto({ exif });
  const marker = photo.length - 2;
  const filled = Buffer.concat([photo.subarray(0, marker), Buffer.alloc(31_000_000, 0x11), photo.subarray(marker)]);
  const { result, files, log } = await exportRedacted(plugin, [filled]);
  expect({ error: result.error, log }).toEqual({ error: undefined, log: [] });
  expect([...files.values()][0]?.length).toBe(filled.length);
});
