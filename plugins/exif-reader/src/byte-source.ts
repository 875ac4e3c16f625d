/** Bytes that are read in ranges. A range may come back shorter only where the source ends. */
export type ByteSource = {
  readonly size: number;
  read(offset: number, length: number): Promise<Uint8Array>;
};

/** The photo asks for more reading than one photo may cost. */
export class ReadingBudgetError extends Error {}

const windowBytes = 64 * 1024;
const windowsKept = 8;
const rangeBytes = 4 * 1024 * 1024;
/** Far more than any camera's metadata; far less than the plugin's memory. */
const readingBudget = 48 * 1024 * 1024;

/**
 * Reads a photo through windows of 64 kB, so that the many small reads of a parser become few host calls, and the
 * pixels are never fetched.
 */
export function createWindowedSource(size: number, fetch: ByteSource['read']): ByteSource {
  const windows = new Map<number, Uint8Array>();
  let fetched = 0;

  async function fetchRange(offset: number, length: number): Promise<Uint8Array> {
    fetched += length;
    if (fetched > readingBudget) throw new ReadingBudgetError('Too much of the photo would have to be read.');
    return fetch(offset, length);
  }

  async function windowAt(index: number): Promise<Uint8Array> {
    const kept = windows.get(index);
    if (kept !== undefined) return kept;
    const start = index * windowBytes;
    const bytes = await fetchRange(start, Math.min(windowBytes, size - start));
    const [oldest] = windows.keys();
    if (windows.size >= windowsKept && oldest !== undefined) windows.delete(oldest);
    windows.set(index, bytes);
    return bytes;
  }

  return {
    size,
    async read(offset, length) {
      const end = Math.min(size, offset + length);
      if (offset < 0 || offset >= end) return new Uint8Array(0);
      const bytes = new Uint8Array(end - offset);
      const large = bytes.length > windowBytes * 2;
      for (let at = offset; at < end;) {
        const start = large ? at : Math.floor(at / windowBytes) * windowBytes;
        const part = large ? await fetchRange(at, Math.min(rangeBytes, end - at)) : await windowAt(start / windowBytes);
        const usable = part.subarray(at - start, end - start);
        if (usable.length === 0) return bytes.subarray(0, at - offset);
        bytes.set(usable, at - offset);
        at += usable.length;
      }
      return bytes;
    },
  };
}

/** A part of a source as a source of its own: an EXIF block has offsets of its own. */
export function partOf(source: ByteSource, start: number, size: number): ByteSource {
  const available = Math.max(0, Math.min(size, source.size - start));
  return {
    size: available,
    read: (offset, length) => source.read(start + offset, Math.max(0, Math.min(length, available - offset))),
  };
}

/** Bytes in memory as a source. */
export function sourceOf(bytes: Uint8Array): ByteSource {
  return { size: bytes.length, read: async (offset, length) => bytes.subarray(offset, offset + length) };
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
