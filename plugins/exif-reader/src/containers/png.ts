import { latin1, partOf, viewOf, type ByteSource } from '../byte-source.ts';
import { blockLimits, emptyBlocks, remark, remarks, tooLarge, type PhotoBlocks } from '../photo-blocks.ts';

const mostChunks = 20_000;
const mostTextBytes = 64 * 1024;
const xmpKeyword = 'XML:com.adobe.xmp';

/** Reads the chunks of a PNG; the pixels are stepped over. */
export async function readPng(source: ByteSource): Promise<PhotoBlocks> {
  const blocks = emptyBlocks('PNG', 'image/png');
  let at = 8;
  for (let count = 0; at < source.size; count += 1) {
    const head = await source.read(at, 8);
    if (head.length < 8 || count > mostChunks) {
      remark(blocks, remarks.endsInMetadata);
      break;
    }
    const length = viewOf(head).getUint32(0);
    const type = latin1(head.subarray(4));
    if (type === 'IEND') break;
    if (at + 12 + length > source.size) remark(blocks, remarks.endsInMetadata);
    await takeChunk(partOf(source, at + 8, length), type, blocks);
    at += 12 + length;
  }
  return blocks;
}

async function takeChunk(chunk: ByteSource, type: string, blocks: PhotoBlocks): Promise<void> {
  if (type === 'IHDR') {
    const bytes = await chunk.read(0, 8);
    if (bytes.length < 8) return;
    blocks.width = viewOf(bytes).getUint32(0);
    blocks.height = viewOf(bytes).getUint32(4);
  } else if (type === 'eXIf') {
    // Some writers keep JPEG's mark in front.
    const marked = latin1(await chunk.read(0, 6)) === 'Exif\0\0';
    blocks.exif ??= marked ? partOf(chunk, 6, chunk.size) : chunk;
  } else if (type === 'tEXt' || type === 'iTXt') {
    const start = await chunk.read(0, 100);
    const end = start.indexOf(0);
    if (end <= 0) return;
    const keyword = latin1(start.subarray(0, end));
    const isXmp = keyword === xmpKeyword;
    if (chunk.size > (isXmp ? blockLimits.xmp : mostTextBytes)) {
      remark(blocks, tooLarge(isXmp ? 'XMP' : 'text', chunk.size));
      return;
    }
    const bytes = await chunk.read(end + 1, chunk.size);
    const text = type === 'tEXt' ? bytes : internationalText(bytes);
    if (text === null) return;
    if (isXmp) blocks.xmp.push(text);
    else blocks.text[tagName(keyword)] = type === 'tEXt' ? latin1(text) : new TextDecoder().decode(text);
  }
}

/** Behind the keyword: compression flag and method, language, translated keyword, text. Compressed text is not read. */
function internationalText(bytes: Uint8Array): Uint8Array | null {
  if (bytes[0] !== 0) return null;
  const language = bytes.indexOf(0, 2);
  const translated = language === -1 ? -1 : bytes.indexOf(0, language + 1);
  return translated === -1 ? null : bytes.subarray(translated + 1);
}

/** `Creation Time` is `CreationTime` to exiftool. */
function tagName(keyword: string): string {
  return keyword
    .replace(/(^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_, __, letter: string) => letter.toUpperCase())
    .slice(0, 80);
}
