import { makeSamplePhoto } from '@proofpix/samples/sample-photo';

/**
 * A photo for tests that carry none of their own: a drawn JPEG of 1200 × 800 with EXIF, a public position and XMP. The same
 * bytes each time.
 * @example const result = await plugin.call('file:process', { photo: samplePhoto() });
 */
export function samplePhoto(): Uint8Array {
  return makeSamplePhoto();
}
