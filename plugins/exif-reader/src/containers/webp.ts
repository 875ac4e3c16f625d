import { latin1, partOf, viewOf, type ByteSource } from '../byte-source.ts';
import { blockLimits, emptyBlocks, remark, remarks, tooLarge, type PhotoBlocks } from '../photo-blocks.ts';

const mostChunks = 20_000;

/** Reads the chunks of a WebP; the pixels are stepped over. */
export async function readWebp(source: ByteSource): Promise<PhotoBlocks> {
  const blocks = emptyBlocks('WEBP', 'image/webp');
  let at = 12;
  for (let count = 0; at < source.size; count += 1) {
    const head = await source.read(at, 8);
    if (head.length < 8 || count > mostChunks) {
      remark(blocks, remarks.endsInMetadata);
      break;
    }
    const length = viewOf(head).getUint32(4, true);
    if (at + 8 + length > source.size) remark(blocks, remarks.endsInMetadata);
    await takeChunk(partOf(source, at + 8, length), latin1(head.subarray(0, 4)), blocks);
    at += 8 + length + (length % 2);
  }
  return blocks;
}

async function takeChunk(chunk: ByteSource, type: string, blocks: PhotoBlocks): Promise<void> {
  if (type === 'VP8X') {
    const bytes = await chunk.read(0, 10);
    blocks.fileType = 'Extended WEBP';
    if (bytes.length < 10) return;
    const view = viewOf(bytes);
    blocks.width = 1 + view.getUint16(4, true) + (view.getUint8(6) << 16);
    blocks.height = 1 + view.getUint16(7, true) + (view.getUint8(9) << 16);
  } else if (type === 'VP8 ' && blocks.width === undefined) {
    const bytes = await chunk.read(0, 10);
    if (bytes.length < 10) return;
    blocks.width = viewOf(bytes).getUint16(6, true) & 0x3fff;
    blocks.height = viewOf(bytes).getUint16(8, true) & 0x3fff;
  } else if (type === 'VP8L' && blocks.width === undefined) {
    const bytes = await chunk.read(0, 5);
    if (bytes.length < 5) return;
    const sizes = viewOf(bytes).getUint32(1, true);
    blocks.width = 1 + (sizes & 0x3fff);
    blocks.height = 1 + ((sizes >>> 14) & 0x3fff);
  } else if (type === 'EXIF') {
    const marked = latin1(await chunk.read(0, 6)) === 'Exif\0\0';
    blocks.exif ??= marked ? partOf(chunk, 6, chunk.size) : chunk;
  } else if (type === 'XMP ') {
    if (chunk.size > blockLimits.xmp) remark(blocks, tooLarge('XMP', chunk.size));
    else blocks.xmp.push(await chunk.read(0, chunk.size));
  } else if (type === 'ICCP' && chunk.size <= blockLimits.icc) {
    blocks.icc = await chunk.read(0, chunk.size);
  }
}
