export type Size = { width: number; height: number };
type Read = (offset: number, length: number) => Promise<Uint8Array>;

const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** More segments than any camera writes: a file that goes on is not worth reading. */
const mostSegments = 200;

/** The size of the picture, or null. Only the bytes that say it are read, never the whole photo. */
export async function readSize(read: Read): Promise<Size | null> {
  const head = await read(0, 24);
  if (pngSignature.every((byte, index) => head[index] === byte)) {
    return head.length < 24 ? null : { width: uint32(head, 16), height: uint32(head, 20) };
  }
  return head[0] === 0xff && head[1] === 0xd8 ? readJpegSize(read) : null;
}

/** JPEG is a row of segments (marker, length); one of them, "start of frame", holds the size. */
async function readJpegSize(read: Read): Promise<Size | null> {
  let offset = 2;
  for (let count = 0; count < mostSegments; count += 1) {
    const segment = await read(offset, 9);
    const [mark, marker = 0] = segment;
    if (segment.length < 9 || mark !== 0xff) return null;
    if (isStartOfFrame(marker)) return { height: uint16(segment, 5), width: uint16(segment, 7) };
    offset += 2 + uint16(segment, 2);
  }
  return null;
}

function isStartOfFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

function uint16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);
}

function uint32(bytes: Uint8Array, at: number): number {
  return uint16(bytes, at) * 65_536 + uint16(bytes, at + 2);
}
