import { crc32, deflateSync } from 'node:zlib';
import type { Picture } from '@proofpix/pixels/picture';

/** A truecolour PNG. The extra chunks stand before the pixels. */
export function encodePng(
  { width, height, rgb }: Picture,
  extra: readonly { type: string; data: Uint8Array }[],
): Uint8Array {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, 2, 0, 0, 0], 8);
  // Each row begins with its filter; 1 is "difference to the pixel at the left".
  const rows = new Uint8Array(height * (width * 3 + 1));
  for (let y = 0, at = 0; y < height; y += 1) {
    rows[at++] = 1;
    for (let x = 0; x < width * 3; x += 1) {
      const here = y * width * 3 + x;
      rows[at++] = (rgb[here] ?? 0) - (x < 3 ? 0 : (rgb[here - 3] ?? 0));
    }
  }
  return Buffer.concat([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk('IHDR', header),
    ...extra.map(({ type, data }) => chunk(type, data)),
    chunk('IDAT', deflateSync(rows, { level: 6 })),
    chunk('IEND', new Uint8Array(0)),
  ]);
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(Buffer.from(type, 'latin1'), 4);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}
