import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostilePhotos } from '@proofpix/samples/hostile-photos';
import { makePhoto } from '@proofpix/samples/make-photo';
import { makeSamplePhoto } from '@proofpix/samples/sample-photo';
import { hookFile, openPlugin, type OpenedPlugin } from '../../test/open-plugin.ts';

let plugin: OpenedPlugin;
beforeAll(async () => {
  plugin = await openPlugin(dirname(dirname(fileURLToPath(import.meta.url))));
});
afterAll(() => plugin?.[Symbol.asyncDispose]());

const photo = makePhoto({ width: 320, height: 240, quality: 88, exif: { Make: 'ProofPix' } });
const behind = (data: Uint8Array | string) => Buffer.concat([photo, Buffer.from(data)]);
const at8 = (text: string) => Buffer.concat([Buffer.from([0, 0, 0, 0x18]), Buffer.from(text), Buffer.alloc(16)]);

test('the sample photo gives metadata and no finding', async () => {
  const { metadata, findings } = await plugin.process(makeSamplePhoto());
  expect(findings).toEqual([]);
  expect(metadata).toMatchObject({
    'JPEG:Encoding': 'Baseline',
    'JPEG:Quality': 88,
    'JPEG:Tables': 'As libjpeg writes them at quality 88',
    'JPEG:ChromaSubsampling': '4:4:4',
    'JPEG:HuffmanTables': 'Those of the standard',
    'JPEG:BytesBehindEnd': 0,
  });
});

test('of a JPEG it says that it looked into whether it was edited', async () => {
  const { result } = await plugin.process(makePhoto({ format: 'jpeg' }));
  expect(result.result).toMatchObject({ looked: ['edited'] });
});

test('a photo of another kind is left alone', async () => {
  for (const format of ['png', 'webp', 'tiff'] as const) {
    const { result, usage } = await plugin
      .process(makePhoto({ format }))
      .then(({ result }) => ({ result, usage: result.usage }));
    expect(result.result).toEqual({});
    expect(usage.bytesRead).toBe(3);
  }
});

test.each([
  ['a ZIP archive', 'PK\x03\x04rest', 'ZIP archive', 'strong'],
  ['a ZIP archive behind padding', `${'\0'.repeat(500)}PK\x03\x04rest`, 'ZIP archive', 'strong'],
  ['a ZIP archive behind a text', 'a short text stands first PK\x03\x04rest', 'data with a ZIP archive', 'strong'],
  ['a program', 'MZ\x90\0', 'Windows program', 'strong'],
  ['a web page', '<HTML><body>', 'web page', 'strong'],
  ['a text', 'meet me at the old bridge at nine', 'text', 'possible'],
  ['a second JPEG that nobody announced', Buffer.from([0xff, 0xd8, 0xff, 0xe0]), 'JPEG picture', 'possible'],
  ['noise', Buffer.from([7, 1, 200, 3, 9, 250, 14]), 'data of an unknown kind', 'possible'],
  ['a motion photo', at8('ftypmp42'), 'short video', 'note'],
  [
    "a phone's own data",
    Buffer.concat([Buffer.alloc(40, 1), Buffer.from('SEFT')]),
    "data of the phone's maker",
    'note',
  ],
  ['padding', Buffer.alloc(700), 'padding', 'note'],
])('%s behind the end is named, and judged by what it is', async (_, data, kind, severity) => {
  const { findings, metadata } = await plugin.process(behind(data));
  expect(findings).toMatchObject([
    {
      severity,
      title: 'Data follows the end of the picture',
      evidence: { Kind: kind, Offset: photo.length, Bytes: Buffer.from(data).length },
    },
  ]);
  expect(metadata['JPEG:BytesBehindEnd']).toBe(Buffer.from(data).length);
});

test('further pictures that the photo itself announces are a note', async () => {
  const index = Buffer.from('MPF\0II*\0\x08\0\0\0\0\0\0\0\0\0', 'latin1');
  const segment = Buffer.concat([Buffer.from([0xff, 0xe2, 0, index.length + 2]), index]);
  const announced = Buffer.concat([photo.subarray(0, 2), segment, photo.subarray(2), photo]);
  const { findings } = await plugin.process(announced);
  expect(findings).toMatchObject([{ severity: 'note', evidence: { Kind: 'further pictures' } }]);
});

describe('a picture that is not whole', () => {
  test.each([0.5, 0.75, 0.95])('is told from %s of its bytes, with the part that is missing', async (share) => {
    const { findings } = await plugin.process(photo.subarray(0, Math.floor(photo.length * share)));
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ severity: 'strong', title: 'The picture is cut off' });
    const { region } = findings[0] ?? {};
    expect((region?.y ?? 0) + (region?.height ?? 0)).toBeCloseTo(1, 9);
    expect(region?.y).toBeGreaterThan(0.1);
  });

  test('is told although somebody put an end marker behind it', async () => {
    const cut = Buffer.concat([photo.subarray(0, Math.floor(photo.length * 0.6)), Buffer.from([0xff, 0xd9])]);
    const { findings } = await plugin.process(cut);
    expect(findings).toMatchObject([{ severity: 'strong', title: 'The picture data are damaged or end early' }]);
  });

  test('lies where the viewer shows it when the photo is turned', async () => {
    const cut = photo.subarray(0, Math.floor(photo.length * 0.6));
    const { findings } = await plugin.process(cut, { metadata: { Orientation: 6 } });
    expect(findings[0]?.region).toMatchObject({ x: 0, y: 0, height: 1 });
  });

  test('and one that lacks only its end marker is a note', async () => {
    const { findings } = await plugin.process(photo.subarray(0, photo.length - 2));
    expect(findings).toMatchObject([{ severity: 'note', title: 'The end marker is missing' }]);
  });
});

test('bytes between segments and a second start are a note with their places', async () => {
  const odd = Buffer.concat([photo.subarray(0, 2), Buffer.from('hello'), photo.subarray(2)]);
  const { findings } = await plugin.process(odd);
  expect(findings).toMatchObject([
    { severity: 'note', evidence: { 'At byte 2': '5 bytes stand between two segments' } },
  ]);
  const filled = Buffer.concat([photo.subarray(0, 2), Buffer.alloc(5, 0xff), photo.subarray(2)]);
  expect((await plugin.process(filled)).findings).toEqual([]);
});

test.each(Object.entries(hostilePhotos))('the hostile photo %s ends in a result', async (name, make) => {
  const { result, findings, log } = await plugin.process(make());
  expect({ error: result.error, log }).toEqual({ error: undefined, log: [] });
  const titles = findings.map(({ title }) => title);
  if (name === 'truncatedInPixels') expect(titles).toEqual(['The picture is cut off']);
  else if (name === 'truncatedInMetadata') expect(titles).toContain('The file ends before its picture begins');
  else expect(titles).toEqual([]);
});

test('noise never makes the plugin fail', async () => {
  let state = 5;
  const random = (below: number) => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) % below;
  for (let round = 0; round < 80; round += 1) {
    const noisy = Buffer.from(photo);
    for (let byte = 0; byte < 10; byte += 1) noisy[2 + random(round % 2 ? 800 : noisy.length - 2)] = random(256);
    const { result, log } = await plugin.process(noisy);
    expect({ round, error: result.error, log }).toEqual({ round, error: undefined, log: [] });
  }
});

test('a file of 200 MB behind a small picture is not read to its end', async () => {
  const size = 200 * 1024 * 1024;
  const file = { ...hookFile(photo, 'large.jpg'), size };
  const read = async (offset: number, length: number) => {
    const bytes = Buffer.alloc(Math.min(length, size - offset), 0x55);
    bytes.set(photo.subarray(offset, offset + length));
    return bytes;
  };
  const { result, findings } = await plugin.call('file:process', { file, metadata: {} }, { photo: { file, read } });
  expect(findings).toMatchObject([{ severity: 'possible', evidence: { Bytes: size - photo.length } }]);
  expect(result.usage.bytesRead).toBeLessThan(2 * 1024 * 1024);
});
