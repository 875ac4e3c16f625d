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
  // runner → host
  ready: 17,
  loaded: 18,
  result: 19,
  hostCall: 20,
} as const;
export type FrameType = (typeof frameTypes)[keyof typeof frameTypes];

export type Frame = { type: FrameType; id: number; json: string; bytes: Uint8Array };

/** `load` → one `loaded` with the same id. The raw bytes are the files, one behind the other. */
export type LoadBody = {
  pluginId: string;
  version: string;
  main: string;
  files: { path: string; size: number }[];
  memoryMb: number;
  /** Decides which modules `require` offers. Host calls are checked in the host again, each time. */
  permissions: Permission[];
};
export type LoadedBody = { ok: true; hooks: string[]; lifecycle: string[] } | { ok: false; error: WireError };

/** `call` → one `result` with the same id. */
export type CallBody = {
  kind: 'hook' | 'initialize' | 'cleanup' | 'onConfigUpdate';
  /** Only for `hook`. */
  hook?: string;
  input: Json;
  context: { config: Json; file: { size: number } | null; permissions: Permission[] };
};
export type ResultBody = { ok: true; value: Json } | { ok: false; error: WireError };

/** `hostCall` → one `reply` with the same id, unless its row is one-way (id 0). */
export type HostCallBody = { call: number; name: string; args: Json };
export type ReplyBody = { ok: true; value: Json } | { ok: false; error: WireError };

export type WireError = { code: ErrorCode; message: string; stack?: string };

const headerBytes = 4 + 1 + 4 + 4;
const noBytes = new Uint8Array(0);
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function encodeFrame(frame: { type: FrameType; id: number; json: string; bytes?: Uint8Array }): Uint8Array[] {
  const json = encoder.encode(frame.json);
  const bytes = frame.bytes ?? noBytes;
  const head = new Uint8Array(headerBytes);
  const view = new DataView(head.buffer);
  view.setUint32(0, headerBytes - 4 + json.length + bytes.length);
  view.setUint8(4, frame.type);
  view.setUint32(5, frame.id);
  view.setUint32(9, json.length);
  return bytes.length === 0 ? [head, json] : [head, json, bytes];
}

/** Thrown by the decoder; the other side is then no longer to be trusted and is ended. */
export class FrameError extends Error {}

/**
 * Cuts a byte stream into frames. A length over the limit is refused before a byte of the frame is kept, so that a
 * hostile runner cannot make the host allocate.
 */
export function createFrameDecoder(onFrame: (frame: Frame) => void): (chunk: Uint8Array) => void {
  let chunks: Uint8Array[] = [];
  let size = 0;
  let wanted = headerBytes;

  return function decode(chunk) {
    chunks.push(chunk);
    size += chunk.length;
    while (size >= wanted) {
      const buffer = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : concat(chunks, size);
      const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
      const length = view.getUint32(0);
      const jsonLength = view.getUint32(9);
      const rawLength = length - (headerBytes - 4) - jsonLength;
      if (rawLength < 0) throw new FrameError('The parts of a frame are longer than the frame.');
      if (jsonLength > limits.frameJsonBytes) throw new FrameError('The JSON of a frame is over the limit.');
      if (rawLength > maximumRawBytes(view.getUint8(4)))
        throw new FrameError('The bytes of a frame are over the limit.');
      wanted = 4 + length;
      if (size < wanted) {
        chunks = [buffer];
        return;
      }
      const jsonEnd = headerBytes + jsonLength;
      const frame: Frame = {
        // An unknown number is kept: the receiver's switch refuses it.
        type: view.getUint8(4) as FrameType,
        id: view.getUint32(5),
        json: decoder.decode(buffer.subarray(headerBytes, jsonEnd)),
        // A copy: the rest of the chunk must not live as long as these bytes.
        bytes: rawLength === 0 ? noBytes : buffer.slice(jsonEnd, wanted),
      };
      const rest = buffer.subarray(wanted);
      chunks = rest.length === 0 ? [] : [rest];
      size = rest.length;
      wanted = headerBytes;
      onFrame(frame);
    }
  };
}

/** A package is loaded in one frame; everything else stays under the limit of a derived file. */
function maximumRawBytes(type: number): number {
  return type === frameTypes.load ? limits.packageUnpackedBytes : limits.frameRawBytes;
}

function concat(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}
