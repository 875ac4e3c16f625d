import type { Picture } from '@proofpix/pixels/picture';

/** Order in which WebP's lossless format writes the lengths of its length codes, up to the length we use. */
const lengthOrder = [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8];

/** A lossless WebP without compression: every channel in codes of eight bits. Metadata stand in chunks of their own. */
export function encodeWebp(picture: Picture, metadata: { exif?: Uint8Array; xmp?: Uint8Array }): Uint8Array {
  const extended = Buffer.alloc(10);
  extended[0] = (metadata.exif ? 8 : 0) | (metadata.xmp ? 4 : 0);
  extended.writeUIntLE(picture.width - 1, 4, 3);
  extended.writeUIntLE(picture.height - 1, 7, 3);
  const body = Buffer.concat([
    Buffer.from('WEBP'),
    chunk('VP8X', extended),
    chunk('VP8L', losslessPixels(picture)),
    ...(metadata.exif ? [chunk('EXIF', metadata.exif)] : []),
    ...(metadata.xmp ? [chunk('XMP ', metadata.xmp)] : []),
  ]);
  return chunk('RIFF', body);
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(8 + data.length + (data.length % 2));
  bytes.write(type, 'latin1');
  bytes.writeUInt32LE(data.length, 4);
  bytes.set(data, 8);
  return bytes;
}

function losslessPixels({ width, height, rgb }: Picture): Uint8Array {
  const bytes = new Uint8Array(width * height * 3 + 256);
  let at = 0;
  let pending = 0;
  let count = 0;
  function write(value: number, bits: number): void {
    pending |= value << count;
    count += bits;
    for (; count >= 8; count -= 8, pending >>>= 8) bytes[at++] = pending & 255;
  }

  write(0x2f, 8);
  write(width - 1, 14);
  write(height - 1, 14);
  write(0, 1 + 3); // no alpha, version 0
  write(0, 1 + 1 + 1); // no transform, no colour cache, one set of codes
  for (const symbols of [256 + 24, 256, 256]) {
    write(0, 1); // not one of the two simple codes
    write(lengthOrder.length - 4, 4);
    for (const length of lengthOrder) write(length === 0 || length === 8 ? 1 : 0, 3);
    write(0, 1); // every symbol has a length: 8 for the bytes, none for the back references
    for (let symbol = 0; symbol < symbols; symbol += 1) write(symbol < 256 ? 1 : 0, 1);
  }
  write(1, 1); // alpha: a simple code of one symbol, 255
  write(0, 1);
  write(1, 1);
  write(255, 8);
  write(1, 1); // distance: one symbol, 0, never used
  write(0, 1 + 1);
  write(0, 1);
  for (let pixel = 0; pixel < rgb.length; pixel += 3) {
    for (const channel of [1, 0, 2]) write(reversed[rgb[pixel + channel] ?? 0] ?? 0, 8);
  }
  write(0, 7);
  return bytes.subarray(0, at);
}

/** Codes are written from their highest bit, everything else from the lowest. */
const reversed = Uint8Array.from({ length: 256 }, (_, byte) => {
  let turned = 0;
  for (let bit = 0; bit < 8; bit += 1) turned |= ((byte >> bit) & 1) << (7 - bit);
  return turned;
});
