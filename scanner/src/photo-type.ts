import { fileTypeFromBuffer } from 'file-type';

/** The media types that ProofPix reads, with the words people know them by. */
export const photoTypes: Readonly<Record<string, string>> = {
  'image/jpeg': 'JPEG',
  'image/png': 'PNG',
  'image/webp': 'WebP',
  'image/heic': 'HEIC',
  'image/heif': 'HEIC',
  'image/avif': 'AVIF',
  'image/tiff': 'TIFF',
  'image/x-canon-cr2': 'CR2',
  'image/x-adobe-dng': 'DNG',
  'image/x-nikon-nef': 'NEF',
};

/** How many bytes of a photo's beginning `detectPhotoType` wants to see. */
export const photoTypeBytes = 64 * 1024;

/**
 * The media type of a photo, from its first bytes and never from its name; undefined when ProofPix does not read it.
 * A photo that is damaged further on still has a type: saying what is wrong with it is the plugins' work.
 */
export async function detectPhotoType(beginning: Uint8Array): Promise<string | undefined> {
  const found = await fileTypeFromBuffer(beginning.subarray(0, photoTypeBytes)).catch(() => undefined);
  return found !== undefined && Object.hasOwn(photoTypes, found.mime) ? found.mime : undefined;
}
