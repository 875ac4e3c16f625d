/** Bytes that are read in ranges. A range may come back shorter only where the source ends. */
export type ByteSource = {
  readonly size: number;
  read(offset: number, length: number): Promise<Uint8Array>;
};

/** Bytes in memory as a source. */
export function sourceOf(bytes: Uint8Array): ByteSource {
  return { size: bytes.length, read: async (offset, length) => bytes.subarray(offset, offset + length) };
}

/** A part of a source as a source of its own: a preview inside a photo has offsets of its own. */
export function partOf(source: ByteSource, start: number, size: number): ByteSource {
  const available = Math.max(0, Math.min(size, source.size - start));
  return {
    size: available,
    read: (offset, length) => source.read(start + offset, Math.max(0, Math.min(length, available - offset))),
  };
}
