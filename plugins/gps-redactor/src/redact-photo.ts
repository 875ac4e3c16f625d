import { redactJpeg } from './jpeg.ts';
import { redactPng } from './png.ts';
import { latin1, RefusedError, type Removed, type Wanted } from './wanted.ts';
import { redactWebp } from './webp.ts';

type Kind = { extension: string; redact(bytes: Uint8Array, wanted: Wanted, removed: Removed): Uint8Array };

export type Redacted = { bytes: Uint8Array; extension: string; removed: string[] };

/** The kind of a photo by its first bytes. @throws RefusedError where it is none that can be redacted */
export function kindOf(head: Uint8Array): Kind {
  const text = latin1(head.subarray(0, 16));
  if (text.startsWith('\xff\xd8')) return { extension: 'jpg', redact: redactJpeg };
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return { extension: 'png', redact: redactPng };
  if (/^RIFF[^]{4}WEBP/.test(text)) return { extension: 'webp', redact: redactWebp };
  const heif = text.slice(4, 8) === 'ftyp';
  const name = heif ? 'HEIC and AVIF' : /^(II\*\0|MM\0\*)/.test(text) ? 'TIFF and RAW' : 'Such';
  throw new RefusedError(`${name} files cannot be redacted: only JPEG, PNG and WebP can.`);
}

/**
 * Takes every position out of a photo.
 * @param bytes are changed
 * @throws RefusedError with a sentence for people
 */
export function redactPhoto(bytes: Uint8Array, wanted: Wanted): Redacted {
  const { extension, redact } = kindOf(bytes);
  const removed: Removed = new Set();
  const redacted = redact(bytes, wanted, removed);
  // What could be removed from the result was missed the first time: a structure that leads back into itself, for
  // example. No copy is better than one that still tells.
  const left: Removed = new Set();
  const again = redact(redacted.slice(), wanted, left);
  if (left.size > 0 || again.length !== redacted.length) {
    throw new RefusedError('Its metadata contradict themselves: it is not certain that nothing would be left.');
  }
  return { bytes: redacted, extension, removed: [...removed] };
}
