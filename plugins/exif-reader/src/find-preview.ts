import { findTiffPictures, isDrawableJpeg } from '@proofpix/pixels/embedded-pictures';
import { partOf, type ByteSource } from './byte-source.ts';
import type { PhotoBlocks } from './photo-blocks.ts';

/** A JPEG inside of a photo. */
export type Preview = ByteSource;

/** Photos that browsers do not draw. */
const undrawn = new Set(['HEIC', 'TIFF', 'CR2', 'DNG', 'NEF']);
/** More than any camera's preview; three copies of it fit into the plugin's memory. */
const mostBytes = 16 * 1024 * 1024;
const pieceBytes = 4 * 1024 * 1024;

/** The largest embedded JPEG of a photo that browsers do not draw; null where there is none that they would. */
export async function findPreview({ fileType, exif }: PhotoBlocks): Promise<Preview | null> {
  if (!undrawn.has(fileType) || exif === undefined) return null;
  const pictures = (await findTiffPictures(exif)).filter(({ length }) => length <= mostBytes);
  for (const { offset, length } of pictures.toSorted((a, b) => b.length - a.length)) {
    const preview = partOf(exif, offset, length);
    if (await isDrawableJpeg(preview)) return preview;
  }
  return null;
}

export async function readPreview(preview: Preview): Promise<Uint8Array> {
  const bytes = new Uint8Array(preview.size);
  for (let at = 0; at < bytes.length; at += pieceBytes) bytes.set(await preview.read(at, pieceBytes), at);
  return bytes;
}
