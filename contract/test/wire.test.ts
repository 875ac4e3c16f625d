import { describe, expect, it } from 'vitest';
import { limits } from '@proofpix/contract/limits';
import { createFrameDecoder, encodeFrame, FrameError, frameTypes, type Frame } from '@proofpix/contract/wire';

function join(parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat(parts);
}

function header(type: number, jsonLength: number, rawLength: number): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(9 + jsonLength + rawLength, 0);
  head.writeUInt8(type, 4);
  head.writeUInt32BE(7, 5);
  head.writeUInt32BE(jsonLength, 9);
  return head;
}

function decodeAll(stream: Buffer, chunkBytes: number, from: 'host' | 'runner' = 'runner'): Frame[] {
  const frames: Frame[] = [];
  const decode = createFrameDecoder((frame) => frames.push(frame), { from });
  for (let at = 0; at < stream.length; at += chunkBytes) decode(stream.subarray(at, at + chunkBytes));
  return frames;
}

describe('frames between host and runner', () => {
  const sent = [
    { type: frameTypes.ready, id: 0, json: '' },
    { type: frameTypes.hostCall, id: 1, json: '{"ä":"€😀"}', bytes: new Uint8Array([1, 2, 3, 0, 255]) },
    { type: frameTypes.result, id: 0xffffffff, json: JSON.stringify('x'.repeat(5_000)) },
    { type: frameTypes.hostCall, id: 2, json: '{}', bytes: new Uint8Array(9_000).fill(7) },
  ];
  const stream = join(sent.flatMap((frame) => encodeFrame(frame)));

  it.each([1, 2, 3, 12, 13, 14, 100, 4_096, 1_000_000])(
    'come out as they went in, in chunks of %i bytes',
    (chunkBytes) => {
      const frames = decodeAll(stream, chunkBytes);
      expect(decodeAll(stream, chunkBytes, 'host')).toEqual(frames);
      // Whoever gets the bytes may hand their memory on wholly.
      for (const { bytes } of frames) expect(bytes.buffer.byteLength).toBe(bytes.length);
      expect(frames.map(({ type, id, json }) => ({ type, id, json }))).toEqual(
        sent.map(({ type, id, json }) => ({ type, id, json })),
      );
      expect(frames.map(({ bytes }) => [...bytes])).toEqual(sent.map(({ bytes }) => [...(bytes ?? [])]));
    },
  );

  it('keep a byte order mark and turn invalid UTF-8 into replacement characters', () => {
    const body = Buffer.from([0xef, 0xbb, 0xbf, 0x22, 0xff, 0xed, 0xa0, 0x80, 0x22]);
    const [frame] = decodeAll(join([header(frameTypes.result, body.length, 0), body]), 5);
    expect(frame?.json.isWellFormed()).toBe(true);
    expect(frame?.json.startsWith('\ufeff"\ufffd')).toBe(true);
  });

  it.each([
    ['JSON over the limit', header(frameTypes.result, limits.frameJsonBytes + 1, 0)],
    ['raw bytes over the limit', header(frameTypes.hostCall, 2, limits.frameRawBytes + 1)],
    [
      'a length of 4 GB',
      Buffer.concat([Buffer.from([255, 255, 255, 255]), header(frameTypes.hostCall, 2, 0).subarray(4)]),
    ],
    [
      'parts longer than the frame',
      Buffer.concat([Buffer.from([0, 0, 0, 9]), header(frameTypes.result, 5, 0).subarray(4)]),
    ],
    [
      'a length shorter than its own header',
      Buffer.concat([Buffer.from([0, 0, 0, 0]), header(frameTypes.result, 0, 0).subarray(4)]),
    ],
    ['an unknown type', header(99, 2, 0)],
    [
      'a type that only the host may send, with room for a whole package',
      header(frameTypes.load, 2, limits.packageUnpackedBytes),
    ],
    ['a result with raw bytes', header(frameTypes.result, 2, 1)],
    ['a greeting of 2 kB', header(frameTypes.ready, 2_048, 0)],
  ])('from a runner are refused at the header: %s', (_name, head) => {
    for (const chunkBytes of [1, 13]) expect(() => decodeAll(head, chunkBytes)).toThrow(FrameError);
  });

  it('are no longer taken after an error, not even good ones', () => {
    const decode = createFrameDecoder(() => {}, { from: 'runner' });
    expect(() => decode(header(99, 0, 0))).toThrow(FrameError);
    expect(() => decode(stream)).toThrow(FrameError);
  });

  it('cost memory by what arrived, not by what the header announces', () => {
    const before = process.memoryUsage().arrayBuffers;
    const decoders = Array.from({ length: 200 }, () => createFrameDecoder(() => {}, { from: 'runner' }));
    for (const decode of decoders)
      decode(join([header(frameTypes.hostCall, 2, limits.frameRawBytes), Buffer.alloc(100)]));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1024 * 1024);
  });

  it('of 2 MB in single bytes are copied a bounded number of times and kept in one buffer', { timeout: 30_000 }, () => {
    const size = 2 * 1024 * 1024;
    let seen = 0;
    const decode = createFrameDecoder((frame) => (seen = frame.bytes.length), { from: 'runner' });
    decode(header(frameTypes.hostCall, 0, size));
    const one = Buffer.from([1]);
    const before = process.memoryUsage().heapUsed;
    for (let byte = 0; byte < size - 1; byte += 1) decode(one);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(32 * 1024 * 1024);
    decode(one);
    expect(seen).toBe(size);
  });
});
