import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errors } from '@proofpix/contract/errors';
import {
  createFrameDecoder,
  encodeFrame,
  FrameError,
  FrameWriter,
  type Frame,
  type FrameType,
} from '@proofpix/contract/wire';
import { callOf, install, openHost, photo, type OpenedHost } from './open-host.ts';

const headerBytes = 13;
const fromRunner = [17, 18, 19, 20] as const;
const MB = 1024 * 1024;

type Sent = { type: number; id: number; json: string; bytes: Uint8Array };

const id = fc.oneof(fc.constantFrom(0, 1, 2, 0xffff_ffff), fc.integer({ min: 0, max: 0xffff_ffff }));
const text = fc.oneof(fc.json(), fc.string({ unit: 'binary', maxLength: 200 }));

/** A frame that the rules allow, with anything in it. */
const allowed: fc.Arbitrary<Sent> = fc
  .record({
    type: fc.constantFrom(...fromRunner),
    id,
    json: text.filter((json) => Buffer.byteLength(json) <= 1_024),
    bytes: fc.uint8Array({ maxLength: 300 }),
  })
  .map((frame) => (frame.type === 20 ? frame : { ...frame, bytes: new Uint8Array(0) }));

/** Where a stream is cut into chunks; a cut at each byte is one of them. */
const cuts = fc.oneof(fc.constant([1]), fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 20 }));

function write(frames: readonly Sent[]): Buffer {
  return Buffer.concat(frames.flatMap((frame) => encodeFrame({ ...frame, type: frame.type as FrameType }))); // any number may be written
}

function* chunksOf(stream: Buffer, sizes: readonly number[]): Generator<Buffer> {
  for (let at = 0, turn = 0; at < stream.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield stream.subarray(at, at + size);
    at += size;
  }
}

/** All that a stream gives, and whether it was refused. Fails on any error that is not the decoder's own. */
function read(chunks: Iterable<Uint8Array>): { frames: Frame[]; refused: boolean } {
  const frames: Frame[] = [];
  const decode = createFrameDecoder((frame) => frames.push(frame), { from: 'runner' });
  for (const chunk of chunks) {
    try {
      decode(chunk);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      const before = frames.length;
      // What was broken once stays broken, whatever follows.
      expect(() => decode(write([{ type: 17, id: 0, json: '{}', bytes: new Uint8Array(0) }]))).toThrow(FrameError);
      expect(frames).toHaveLength(before);
      return { frames, refused: true };
    }
  }
  return { frames, refused: false };
}

/** The same in every run: what it finds, it finds always. */
const seed = 20_261_125;

const plain = (frames: readonly Sent[]) =>
  frames.map(({ type, id, json, bytes }) => ({ type, id, json: Buffer.from(json).toString(), bytes: [...bytes] }));

describe('the frames of a runner', () => {
  it('arrive as they were sent, however the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(allowed, { maxLength: 8 }), cuts, (frames, sizes) => {
        const { frames: arrived, refused } = read(chunksOf(write(frames), sizes));
        expect(refused).toBe(false);
        expect(plain(arrived)).toEqual(plain(frames));
      }),
      { seed, numRuns: 300 },
    );
  });

  it('that the host writes arrive as they were sent, though it uses its memory again', () => {
    const frame = fc.record({
      type: fc.constantFrom(1, 2, 3),
      id,
      json: fc.oneof(
        text,
        fc.nat({ max: 40_000 }).map((size) => 'ä€'.repeat(size)),
      ),
      bytes: fc.option(fc.uint8Array({ maxLength: 300 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(fc.array(frame, { maxLength: 6 }), { maxLength: 8 }), cuts, (turns, sizes) => {
        const writer = new FrameWriter();
        const streams: Buffer[] = [];
        for (const turn of turns) {
          for (const { type, id, json, bytes } of turn) writer.add(type as FrameType, id, json, bytes); // one of three
          const waiting = writer.byteLength;
          // Copied, as the kernel does, before the memory is used again.
          streams.push(Buffer.concat(writer.take()));
          expect(streams.at(-1)?.length).toBe(waiting);
          writer.reuse();
        }
        const arrived: Frame[] = [];
        const decode = createFrameDecoder((one) => arrived.push(one), { from: 'host' });
        for (const chunk of chunksOf(
          Buffer.concat(streams),
          sizes.map((size) => size * 50),
        ))
          decode(chunk);
        const sent = turns.flat().map((one) => ({ ...one, bytes: one.bytes ?? new Uint8Array(0) }));
        expect(plain(arrived)).toEqual(plain(sent));
      }),
      { seed, numRuns: 100 },
    );
  });

  it('that are cut short give what was whole before and nothing else', () => {
    fc.assert(
      fc.property(fc.array(allowed, { minLength: 1, maxLength: 5 }), fc.nat(), cuts, (frames, at, sizes) => {
        const stream = write(frames);
        const { frames: arrived, refused } = read(chunksOf(stream.subarray(0, at % stream.length), sizes));
        expect(refused).toBe(false);
        expect(arrived.length).toBeLessThan(frames.length);
        expect(plain(arrived)).toEqual(plain(frames.slice(0, arrived.length)));
      }),
      { seed, numRuns: 300 },
    );
  });

  it('with lengths or types that lie are refused or understood, never anything else', () => {
    const lie = fc.record({
      at: fc.integer({ min: 0, max: headerBytes - 1 }),
      value: fc.integer({ min: 0, max: 255 }),
    });
    fc.assert(
      fc.property(
        fc.array(allowed, { minLength: 1, maxLength: 4 }),
        fc.array(lie, { minLength: 1, maxLength: 6 }),
        cuts,
        (frames, lies, sizes) => {
          const stream = write(frames);
          for (const { at, value } of lies) stream[at] = value;
          const { frames: arrived } = read(chunksOf(stream, sizes));
          for (const { type, json, bytes } of arrived) {
            expect(fromRunner).toContain(type);
            expect(json.isWellFormed()).toBe(true);
            expect(bytes.buffer.byteLength).toBe(bytes.length);
          }
        },
      ),
      { seed, numRuns: 500 },
    );
  });

  it('of random bytes are refused within one header', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: headerBytes, maxLength: 2_000 }), cuts, (bytes, sizes) => {
        fc.pre(!fromRunner.some((type) => type === bytes[4]));
        expect(read(chunksOf(Buffer.from(bytes), sizes))).toEqual({ frames: [], refused: true });
      }),
      { seed, numRuns: 300 },
    );
  });

  it('that announce more than they bring make nobody keep more than twice what came', () => {
    const announced = fc.record({
      json: fc.integer({ min: 0, max: 0xffff_ffff }),
      raw: fc.integer({ min: 0, max: 64 * MB }),
      came: fc.integer({ min: 0, max: 64 * 1024 }),
    });
    fc.assert(
      fc.property(announced, ({ json, raw, came }) => {
        const stream = Buffer.alloc(headerBytes + came, 0x20);
        stream.writeUInt32BE((headerBytes - 4 + json + raw) >>> 0, 0);
        stream.writeUInt8(20, 4);
        stream.writeUInt32BE(1, 5);
        stream.writeUInt32BE(json, 9);
        const before = process.memoryUsage().arrayBuffers;
        const decode = createFrameDecoder(() => {}, { from: 'runner' });
        try {
          decode(stream);
        } catch (error) {
          if (!(error instanceof FrameError)) throw error;
        }
        // Garbage may go meanwhile, which only makes it less.
        expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * (stream.length + 64 * 1024));
      }),
      { seed, numRuns: 200 },
    );
  });
});

/** What an owned runner does with its end of the line during a call. */
const act = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('frame'),
      type: fc.oneof(fc.constantFrom(...fromRunner), fc.integer({ min: 0, max: 255 })),
      id: fc.oneof(fc.constant('call'), id),
      json: fc.oneof(text, knownJson()),
      bytes: fc.nat({ max: 2_000 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cut'), keep: fc.nat({ max: 40 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('random'),
      hex: fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes).toString('hex')),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('oversized'),
      json: fc.integer({ min: 0, max: 0xffff_ffff }),
      raw: fc.integer({ min: 0, max: 0xffff_ffff }),
      type: fc.constantFrom(...fromRunner),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('invalidText'), type: fc.constantFrom(19, 20) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('swap', 'repeat', 'close') }) },
);

/** Bodies that have the form of real ones, with something wrong in them. */
function knownJson(): fc.Arbitrary<string> {
  const call = fc.oneof(fc.constantFrom(0, 1, 2, -1, 1e9, 1.5), fc.constantFrom('1', null));
  const name = fc.constantFrom(
    'log',
    'files.read',
    'files.write',
    'storage.set',
    'storage.list',
    'emit',
    'nothing',
    '__proto__',
    '',
  );
  const args = fc.oneof(
    fc.constant({}),
    fc.jsonValue(),
    fc.constant({ level: 'info', message: 'x' }),
    fc.constant({ offset: 0, length: 4e6 }),
    fc.constant({ key: 'k', value: [[[]]] }),
  );
  return fc.oneof(
    fc.record({ call, name, args }).map((body) => JSON.stringify(body)),
    fc
      .record({ ok: fc.oneof(fc.boolean(), fc.constant(1)), value: fc.jsonValue(), error: fc.jsonValue() })
      .map((body) => JSON.stringify(body)),
    fc.integer({ min: 1, max: 5_000 }).map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
  );
}

const bytesAtOnce = fc.constantFrom(0, 1, 7, 1_000);

/** The other end: it plays a script, in as small chunks as it was told. Runs in the rogue runner. */
const player = `
  const { script, atOnce } = SCRIPT;
  rogue.onCall = async (id, body) => {
    if (body.input.metadata.well) return rogue.send(rogue.types.result, id, { ok: true, value: { metadata: { well: true } } });
    let parts = [];
    for (const act of script) {
      if (act.do === 'frame') parts.push(rogue.frame(act.type, act.id === 'call' ? id : act.id, act.json, Buffer.alloc(act.bytes, 7)));
      else if (act.do === 'random') parts.push(Buffer.from(act.hex, 'hex'));
      else if (act.do === 'cut' && parts.length > 0) parts.push(parts.pop().subarray(0, act.keep));
      else if (act.do === 'oversized') parts.push(rogue.frame(act.type, id, '{}', undefined, (head) => { head.writeUInt32BE((9 + act.json + act.raw) >>> 0, 0); head.writeUInt32BE(act.json, 9); }), Buffer.alloc(300_000, 32));
      else if (act.do === 'invalidText') parts.push(rogue.frame(act.type, id, '{"call":' + id + ',"name":"x","args":"????????"}'), Buffer.from([0xff, 0xfe, 0xed, 0xa0, 0x80]));
      else if (act.do === 'swap') parts.reverse();
      else if (act.do === 'repeat') parts = parts.concat(parts);
    }
    const stream = Buffer.concat(parts);
    const size = atOnce === 0 ? stream.length : Math.max(atOnce, stream.length >> 10);
    for (let at = 0; at < stream.length; at += size) {
      rogue.socket.write(stream.subarray(at, at + size));
      if (atOnce > 0) await new Promise((next) => setImmediate(next));
    }
    if (script.some((act) => act.do === 'close')) rogue.socket.end();
  };
  rogue.loaded();`;

const deadline = 400;

describe('a host whose runner is played by a script', () => {
  let opened: OpenedHost;
  let well: ReturnType<typeof install>;

  beforeAll(async () => {
    opened = openHost({ runnerFile: fileURLToPath(new URL('./rogue-runner.mjs', import.meta.url)), spareRunners: 1 });
    well = play([], 0, 30_000);
    await opened.host.load(well);
  });
  afterAll(() => opened[Symbol.asyncDispose]());

  function play(script: readonly object[], atOnce: number, timeout: number): ReturnType<typeof install> {
    return install({ code: player.replace('SCRIPT', () => JSON.stringify({ script, atOnce })), limits: { timeout } });
  }

  it('ends every call with a clear answer, and goes on answering others', { timeout: 240_000 }, async () => {
    const before = process.memoryUsage().rss;
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 12 }), bytesAtOnce, async (script, atOnce) => {
        const rogue = play(script, atOnce, deadline);
        await opened.host.load(rogue);
        const asked = [opened.host.call(callOf(rogue)), opened.host.call(callOf(rogue))];
        const neighbour = await opened.host.call(
          callOf(well, { input: { file: photo.file, metadata: { well: true } } }),
        );
        expect(neighbour).toMatchObject({ ok: true, result: { metadata: { well: true } } });
        for (const entry of await Promise.all(asked)) {
          if (entry.ok) continue;
          expect(Object.keys(errors)).toContain(entry.error?.code);
          expect(entry.error?.code).not.toBe('internal');
          expect(entry.error?.message).not.toBe('');
          expect(JSON.stringify(entry).length).toBeLessThan(30_000);
        }
        await opened.host.unload(rogue.id);
      }),
      { seed, numRuns: 40, interruptAfterTimeLimit: 120_000, markInterruptAsFailure: false },
    );
    expect(opened.told.died.filter(({ plugin }) => plugin === well.pluginId)).toEqual([]);
    expect(process.memoryUsage().rss - before).toBeLessThan(300 * MB);
  });
});
