/** Bytes that are read in ranges. A range may come back shorter only where the source ends. */
export type ByteSource = {
  readonly size: number;
  read(offset: number, length: number): Promise<Uint8Array>;
};

/** A place in the file: bytes from its start. */
export type Range = { readonly start: number; readonly length: number };

const windowBytes = 64 * 1024;
/** What one host call may give. */
export const rangeBytes = 4 * 1024 * 1024;

/** Keeps the last window of 64 kB, so that walking over the segments of a file takes few host calls. */
export function createWindowedSource(size: number, fetch: ByteSource['read']): ByteSource {
  let kept: { start: number; bytes: Uint8Array } = { start: 0, bytes: new Uint8Array(0) };
  return {
    size,
    async read(offset, length) {
      const end = Math.min(size, offset + length);
      if (offset >= end) return new Uint8Array(0);
      if (end - offset > windowBytes) return readWhole(fetch, { start: offset, length: end - offset });
      if (offset < kept.start || end > kept.start + kept.bytes.length) {
        kept = { start: offset, bytes: await fetch(offset, Math.min(windowBytes, size - offset)) };
      }
      return kept.bytes.subarray(offset - kept.start, end - kept.start);
    },
  };
}

async function readWhole(fetch: ByteSource['read'], { start, length }: Range): Promise<Uint8Array> {
  const whole = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const part = await fetch(start + at, Math.min(rangeBytes, length - at));
    if (part.length === 0) return whole.subarray(0, at);
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** One character a byte. */
export function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

export function hexOf(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
