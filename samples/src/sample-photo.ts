/** The photo of the "Try a sample" button: a JPEG with EXIF, GPS and XMP that our own code draws and writes. */
export function makeSamplePhoto(): Uint8Array {
  throw new Error('replaced by the implementation');
}
