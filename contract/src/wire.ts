import type { Json } from './json.ts';
import type { Permission } from './permissions.ts';
import type { ErrorCode } from './errors.ts';
import { limits } from './limits.ts';

/**
 * The frames on fd 3 between host and runner:
 * `[u32 bytes that follow][u8 type][u32 id][u32 JSON bytes][JSON, UTF-8][raw bytes]`, big endian.
 * Bytes never travel inside JSON (250 times slower), and the JSON part passes through the runner unparsed.
 */
export const frameTypes = {
  // host → runner
  load: 1,
  call: 2,
  reply: 3,
  compile: 4,
  // host → scanner
  scan: 5,
  // runner → host
  ready: 17,
  loaded: 18,
  result: 19,
  hostCall: 20,
  compiled: 21,
  // scanner → host
  scanned: 22,
  refused: 23,
  progress: 24,
  part: 25,
} as const;
export type FrameType = (typeof frameTypes)[keyof typeof frameTypes];

export type Frame = { type: FrameType; id: number; json: string; bytes: Uint8Array };

/** `load` → one `loaded` with the same id. The raw bytes are the files, one behind the other. */
export type LoadBody = {
  pluginId: string;
  version: string;
  main: string;
  files: { path: string; size: number }[];
  /** V8's code caches for some of the files, in bytes behind them. Made by a process that never ran any plugin. */
  caches?: { path: string; size: number }[];
  memoryMb: number;
  /** Decides which modules `require` offers. Host calls are checked in the host again, each time. */
  permissions: Permission[];
};
export type LoadedBody = { ok: true; hooks: string[]; lifecycle: string[] } | { ok: false; error: WireError };

/**
 * `compile`, with a CommonJS file as raw bytes → one `compiled` with the same id and its code cache, or without bytes
 * where there is none. A process that compiles never loads a plugin.
 */
export type CompileBody = { path: string };

/**
 * `scan`, with an archive as raw bytes → any number of `progress`, then one `refused`, or one `scanned` and behind it, in
 * as many `part`s as it takes, the bytes of its files in the order of the list and of the canonical archive.
 */
export type ScanBody = { fileName?: string };

/** `call` → one `result` with the same id. */
export type CallBody = {
  kind: 'hook' | 'initialize' | 'cleanup' | 'onConfigUpdate';
  /** Only for `hook`. */
  hook?: string;
  input: Json;
  /** Configuration and permissions are left out where they are those of the call before. */
  context: { config?: Json; file: { size: number } | null; permissions?: Permission[] };
};
export type ResultBody = { ok: true; value: Json } | { ok: false; error: WireError };

/** `hostCall` → one `reply` with the same id, unless its row is one-way (id 0). */
export type HostCallBody = { call: number; name: string; args: Json };
export type ReplyBody = { ok: true; value: Json } | { ok: false; error: WireError };

export type WireError = { code: ErrorCode; message: string; stack?: string };

const headerBytes = 4 + 1 + 4 + 4;
const noBytes = new Uint8Array(0);

/** The frame as buffers to write one behind the other. The raw bytes are not copied: they must not change until written. */
export function encodeFrame(frame: { type: FrameType; id: number; json: string; bytes?: Uint8Array }): Uint8Array[] {
  const bytes = frame.bytes ?? noBytes;
  const jsonLength = Buffer.byteLength(frame.json);
  const head = Buffer.allocUnsafe(headerBytes + jsonLength);
  head.writeUInt32BE(headerBytes - 4 + jsonLength + bytes.length, 0);
  head.writeUInt8(frame.type, 4);
  head.writeUInt32BE(frame.id, 5);
  head.writeUInt32BE(jsonLength, 9);
  head.write(frame.json, headerBytes);
  return bytes.length === 0 ? [head] : [head, bytes];
}

/** A frame whose JSON is longer goes beside the joined ones. */
const joinedChars = 16 * 1024;
const joinBytes = 128 * 1024;

/**
 * Puts the frames of one turn one behind the other, so that they leave in one write. Small ones are encoded straight into
 * a buffer that is used again: an allocation for each frame costs more than the frame.
 */
export class FrameWriter {
  #buffer = Buffer.allocUnsafeSlow(joinBytes);
  /** Where what is not handed over yet begins and ends in the buffer. */
  #start = 0;
  #end = 0;
  #parts: Uint8Array[] = [];
  #bytes = 0;

  /** Bytes that wait to be taken. */
  get byteLength(): number {
    return this.#bytes;
  }

  add(type: FrameType, id: number, json: string, bytes: Uint8Array | undefined): void {
    const raw = bytes === undefined ? 0 : bytes.length;
    // Three bytes a character at most.
    const most = headerBytes + json.length * 3;
    if (json.length > joinedChars) {
      this.#seal();
      for (const part of encodeFrame({ type, id, json, ...(bytes === undefined ? {} : { bytes }) })) this.#put(part);
      return;
    }
    if (most > this.#buffer.length - this.#end) {
      this.#seal();
      this.#buffer = Buffer.allocUnsafeSlow(joinBytes);
      this.#start = 0;
      this.#end = 0;
    }
    const buffer = this.#buffer;
    const at = this.#end;
    const jsonLength = buffer.write(json, at + headerBytes);
    buffer.writeUInt32BE(headerBytes - 4 + jsonLength + raw, at);
    buffer[at + 4] = type;
    buffer.writeUInt32BE(id, at + 5);
    buffer.writeUInt32BE(jsonLength, at + 9);
    this.#end = at + headerBytes + jsonLength;
    this.#bytes += headerBytes + jsonLength;
    if (raw === 0) return;
    this.#seal();
    this.#put(bytes as Uint8Array); // it has a length
  }

  /** What was added since, to be written in this order. The raw bytes of frames are not copied. */
  take(): Uint8Array[] {
    this.#seal();
    const parts = this.#parts;
    this.#parts = [];
    this.#bytes = 0;
    return parts;
  }

  /** Everything that was taken has been written: its memory may be used again. */
  reuse(): void {
    if (this.#start !== this.#end) return;
    this.#start = 0;
    this.#end = 0;
  }

  #seal(): void {
    if (this.#start === this.#end) return;
    this.#parts.push(this.#buffer.subarray(this.#start, this.#end));
    this.#start = this.#end;
  }

  #put(part: Uint8Array): void {
    this.#parts.push(part);
    this.#bytes += part.length;
  }
}

/** Thrown by the decoder; the other side is then no longer to be trusted and is ended. */
export class FrameError extends Error {}

/** What a frame from a runner may weigh at most, by type. */
const fromRunner: ReadonlyMap<number, { json: number; bytes: number }> = new Map([
  [frameTypes.ready, { json: 1_024, bytes: 0 }],
  [frameTypes.loaded, { json: 256 * 1_024, bytes: 0 }],
  [frameTypes.result, { json: limits.frameJsonBytes, bytes: 0 }],
  // The widest arguments are a stored value, in which each byte may be written as six ("\u0001").
  [frameTypes.hostCall, { json: 8 * limits.storageValueBytes, bytes: limits.frameRawBytes }],
  [frameTypes.compiled, { json: 2, bytes: limits.frameRawBytes }],
]);

/** The same for a process that scans packages. A list of 2,000 paths, 500 findings and 2,000 components is under 6 MB, if nothing is escaped. */
const fromScanner: ReadonlyMap<number, { json: number; bytes: number }> = new Map([
  [frameTypes.ready, { json: 1_024, bytes: 0 }],
  [frameTypes.progress, { json: 256, bytes: 0 }],
  [frameTypes.refused, { json: 256 * 1_024, bytes: 0 }],
  [frameTypes.scanned, { json: 8 * 1_024 * 1_024, bytes: 0 }],
  [frameTypes.part, { json: 0, bytes: limits.scanPartBytes }],
]);

/** Who is at the other end. The host is believed; all others are hostile. */
export type FrameSender = 'host' | 'runner' | 'scanner';
const hostileTypes = { host: null, runner: fromRunner, scanner: fromScanner } as const;
type Allowed = (typeof hostileTypes)[FrameSender];

/**
 * Cuts a byte stream into frames. A type or length that is not allowed is refused as soon as the header is there, before
 * a byte of the frame is kept. Memory follows what really arrived (at most twice that), not what the header announced,
 * and each byte is copied a bounded number of times however small the chunks are. After an error it refuses everything.
 *
 * @param options.from - `runner` or `scanner`: the other side is hostile, only its types pass, each with limits of its own.
 */
export function createFrameDecoder(
  onFrame: (frame: Frame) => void,
  options: { from?: FrameSender } = {},
): (chunk: Uint8Array) => void {
  const allowed = hostileTypes[options.from ?? 'host'];
  const hostile = allowed !== null;
  // A frame that has not arrived wholly: its header and JSON, and its raw bytes in memory of their own.
  const front = new Growing(hostile);
  const raw = new Growing(hostile);
  let broken = false;

  function decodeAll(chunk: Buffer): void {
    let offset = 0;
    while (offset < chunk.length) {
      if (front.length === 0 && chunk.length - offset >= headerBytes) {
        const size = frameSize(chunk, offset, allowed);
        const start = offset;
        const end = offset + headerBytes + size.json + size.raw;
        if (end <= chunk.length) {
          offset = end;
          // A copy with memory of its own: it is handed on wholly, and the rest of the chunk must not live as long.
          const bytes = size.raw === 0 ? noBytes : new Uint8Array(chunk.subarray(end - size.raw, end));
          onFrame(readFrame(chunk, start, size.json, bytes));
          continue;
        }
      }
      offset += front.take(chunk, offset, headerBytes);
      if (front.length < headerBytes) return;
      const size = frameSize(front.buffer, 0, allowed);
      offset += front.take(chunk, offset, headerBytes + size.json);
      if (front.length < headerBytes + size.json) return;
      offset += raw.take(chunk, offset, size.raw);
      if (raw.length < size.raw) return;
      const frame = readFrame(front.buffer, 0, size.json, size.raw === 0 ? noBytes : raw.giveAway());
      front.giveAway();
      onFrame(frame);
    }
  }

  return function decode(chunk) {
    if (broken) throw new FrameError('The stream was broken before.');
    // Stays set when anything below throws: what follows could not be told from the middle of a frame.
    broken = true;
    decodeAll(Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    broken = false;
  };
}

/** Collects a known number of bytes. For a hostile sender memory doubles as they arrive; a trusted one gets it at once. */
class Growing {
  buffer: Buffer = Buffer.alloc(0);
  length = 0;
  readonly #hostile: boolean;

  constructor(hostile: boolean) {
    this.#hostile = hostile;
  }

  /** Takes what is missing up to `wanted` bytes; gives how many bytes of the chunk it took. */
  take(chunk: Buffer, offset: number, wanted: number): number {
    const taken = Math.min(wanted - this.length, chunk.length - offset);
    if (taken <= 0) return 0;
    if (this.buffer.length < this.length + taken) {
      const grown = Math.max(this.length + taken, 2 * this.buffer.length, 4_096);
      // Zeroed memory: an uninitialised buffer that outlives a mistake here would hand out another frame's bytes.
      const buffer = Buffer.alloc(this.#hostile ? Math.min(wanted, grown) : wanted);
      this.buffer.copy(buffer, 0, 0, this.length);
      this.buffer = buffer;
    }
    chunk.copy(this.buffer, this.length, offset, offset + taken);
    this.length += taken;
    return taken;
  }

  /** The bytes, in memory that holds nothing else; begins anew. */
  giveAway(): Uint8Array {
    const { buffer, length } = this;
    this.buffer = Buffer.alloc(0);
    this.length = 0;
    return new Uint8Array(buffer.buffer, buffer.byteOffset, length);
  }
}

/** Lengths of the parts of the frame whose header is at `offset`. @throws FrameError when the header is not allowed */
function frameSize(buffer: Buffer, offset: number, allowed: Allowed): { json: number; raw: number } {
  const length = buffer.readUInt32BE(offset);
  const type = buffer.readUInt8(offset + 4);
  const json = buffer.readUInt32BE(offset + 9);
  const raw = length - (headerBytes - 4) - json;
  const most = allowed === null ? { json: limits.frameJsonBytes, bytes: maximumRawBytes(type) } : allowed.get(type);
  if (most === undefined) throw new FrameError(`A frame of type ${type} is not one that it may send.`);
  if (raw < 0) throw new FrameError('The parts of a frame are longer than the frame.');
  if (json > most.json) throw new FrameError('The JSON of a frame is over the limit.');
  if (raw > most.bytes) throw new FrameError('The bytes of a frame are over the limit.');
  return { json, raw };
}

function readFrame(buffer: Buffer, start: number, jsonLength: number, bytes: Uint8Array): Frame {
  const jsonStart = start + headerBytes;
  return {
    // An unknown number is kept: the receiver's switch refuses it.
    type: buffer.readUInt8(start + 4) as FrameType,
    id: buffer.readUInt32BE(start + 5),
    // Invalid UTF-8 becomes U+FFFD; it cannot end a string early or smuggle a surrogate.
    json: buffer.toString('utf8', jsonStart, jsonStart + jsonLength),
    bytes,
  };
}

/** A package is loaded in one frame, with its code caches; everything else stays under the limit of a derived file. */
function maximumRawBytes(type: number): number {
  if (type === frameTypes.scan) return limits.packageBytes;
  return type === frameTypes.load ? limits.packageUnpackedBytes + limits.frameRawBytes : limits.frameRawBytes;
}
