import type { ByteSource } from './byte-source.ts';
import { type DecodeOptions, type Decoding } from './decoding.ts';
import { decodeJpeg } from './jpeg/decode-jpeg.ts';
import { decodePng } from './png/decode-png.ts';

/**
 * Decodes a photo at a reduced size. JPEG and PNG; anything else comes back as not decoded, with the reason as a sentence.
 * The orientation that EXIF asks for is not applied: see `orient`.
 * @example
 * const decoding = await decodePicture({ size: file.size, read: (offset, length) => ctx.files.read(offset, length) });
 * if (!decoding.ok) return { metadata: { 'Picture:NotDecoded': decoding.why } };
 */
export async function decodePicture(source: ByteSource, options: DecodeOptions = {}): Promise<Decoding> {
  const head = await source.read(0, 16);
  const text = String.fromCharCode(...head);
  if (text.startsWith('\xff\xd8')) return decodeJpeg(source, options);
  if (text.startsWith('\x89PNG')) return decodePng(source, options);
  return { ok: false, why: `${nameOf(text)} pictures are not decoded here; JPEG and PNG are.` };
}

function nameOf(head: string): string {
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return 'WebP';
  if (head.startsWith('II*\0') || head.startsWith('MM\0*')) return 'TIFF and RAW';
  if (head.slice(4, 8) === 'ftyp') return /avi[fs]/.test(head.slice(8)) ? 'AVIF' : 'HEIC';
  if (head.startsWith('GIF8')) return 'GIF';
  return 'Such';
}
