import { compute } from './bridge.ts';
import {
  Buffer,
  bufferLength,
  Bytes,
  dataViewBuffer,
  dataViewLength,
  dataViewOffset,
  isTypedArray,
  isView,
  TypeErrorOf,
  viewBuffer,
  viewLength,
  viewOffset,
} from './intrinsics.ts';

/** The bytes behind a view or buffer, or text as UTF-8. Asks the internal slots, not the object. */
export function bytesOf(data: unknown, what: string): Uint8Array {
  if (typeof data === 'string') return encodeUtf8(data);
  const bytes = bytesOfBuffer(data);
  if (bytes === undefined) throw new TypeErrorOf(`${what} must be a Uint8Array, an ArrayBuffer or a string.`);
  return bytes;
}

export function bytesOfBuffer(data: unknown): Uint8Array | undefined {
  if (isTypedArray(data)) return new Bytes(viewBuffer(data), viewOffset(data), viewLength(data));
  if (isView(data)) return new Bytes(dataViewBuffer(data), dataViewOffset(data), dataViewLength(data));
  if (data instanceof Buffer) {
    bufferLength(data); // throws where the object only claims to be a buffer
    return new Bytes(data);
  }
  return undefined;
}

export function encodeUtf8(text: string): Uint8Array {
  return compute('encode', text);
}
