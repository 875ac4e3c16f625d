/** What a viewer needs to show the picture: everything else of a JPEG stays out of the report. */
export type Stripped = { bytes: Uint8Array; width: number; height: number; components: number };

const mostSegments = 5_000;

/**
 * The picture of a JPEG as it is, without its metadata, its thumbnails and whatever hangs behind its end: a report is
 * handed on, and the position in a photo, or a file behind it, must not travel along unseen. `null` where the structure
 * is not whole.
 */
export function stripJpeg(bytes: Uint8Array): Stripped | null {
  const kept: Uint8Array[] = [bytes.subarray(0, 2)];
  let frame: Omit<Stripped, 'bytes'> | null = null;
  let at = 2;
  for (let count = 0; count < mostSegments; count += 1) {
    const marker = bytes[at + 1] ?? 0;
    if (bytes[at] !== 0xff) return null;
    if (marker === 0xff) {
      at += 1; // fill byte
      continue;
    }
    if (marker === 0xd9)
      return frame === null ? null : { bytes: joined([...kept, bytes.subarray(at, at + 2)]), ...frame };
    if (at + 4 > bytes.length) return null;
    const end = at + 2 + (((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0));
    if (end > bytes.length || end < at + 4) return null;
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      // Baseline and progressive with eight bits: what every viewer shows.
      if (marker > 0xc2 || bytes[at + 4] !== 8 || frame !== null || end < at + 10) return null;
      const height = ((bytes[at + 5] ?? 0) << 8) | (bytes[at + 6] ?? 0);
      const width = ((bytes[at + 7] ?? 0) << 8) | (bytes[at + 8] ?? 0);
      frame = { width, height, components: bytes[at + 9] ?? 0 };
      if (width === 0 || height === 0 || ![1, 3].includes(frame.components)) return null;
    }
    // APP14 says how the colours are to be understood.
    const isMetadata = (marker >= 0xe0 && marker <= 0xef && marker !== 0xee) || marker === 0xfe;
    if (!isMetadata) kept.push(bytes.subarray(at, end));
    at = end;
    if (marker === 0xda) {
      const next = endOfScan(bytes, at);
      if (next === -1) return null;
      kept.push(bytes.subarray(at, next));
      at = next;
    }
  }
  return null;
}

/** The next marker that is not part of the compressed data. */
function endOfScan(bytes: Uint8Array, start: number): number {
  for (let at = bytes.indexOf(0xff, start); at !== -1 && at + 1 < bytes.length; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1] ?? 0;
    if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  return -1;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
