import { drawLandscape } from './draw-landscape.ts';
import { encodeJpeg } from '@proofpix/pixels/jpeg/encode-jpeg';
import { encodePng } from './encode-png.ts';
import { encodeWebp } from './encode-webp.ts';
import type { Picture } from '@proofpix/pixels/picture';
import { exifDirectory, writeExif, type ExifValues } from './write-exif.ts';
import { writeTiff, type TiffField } from './write-tiff.ts';
import { writeXmp, type XmpValues } from './write-xmp.ts';

export type PhotoFormat = 'jpeg' | 'png' | 'webp' | 'tiff';

export type PhotoOptions = {
  format?: PhotoFormat;
  /** Values, or a block of bytes that is put in as it is. */
  exif?: ExifValues | Uint8Array;
  xmp?: XmpValues | Uint8Array;
  /** Pixels; 96 × 64 when left out, because most tests only read what stands around the picture. */
  width?: number;
  height?: number;
  /** Another number, another landscape. */
  seed?: number;
  /** JPEG only, 1 to 100. */
  quality?: number;
};

const exifMark = Buffer.from('Exif\0\0', 'latin1');
const xmpMark = Buffer.from('http://ns.adobe.com/xap/1.0/\0', 'latin1');
/** The two bytes of a JPEG segment's length count themselves. */
const segmentBytes = 0xffff - 2;

/**
 * A photo with the metadata of one's choice. The same options give the same bytes.
 * @throws RangeError when metadata do not fit into a JPEG's segment of 64 kB
 * @example const photo = makePhoto({ format: 'png', exif: { Make: 'ProofPix', GPSLatitude: 61.49, GPSLongitude: 8.81 } });
 */
export function makePhoto(options: PhotoOptions = {}): Uint8Array {
  const { format = 'jpeg', width = 96, height = 64, seed = 1, quality = 88 } = options;
  const picture = drawLandscape(width, height, seed);
  const xmp = options.xmp instanceof Uint8Array || options.xmp === undefined ? options.xmp : writeXmp(options.xmp);
  if (format === 'tiff') return encodeTiff(picture, options.exif, xmp);
  const exif =
    options.exif instanceof Uint8Array || options.exif === undefined ? options.exif : writeExif(options.exif);
  if (format === 'webp') return encodeWebp(picture, { ...(exif && { exif }), ...(xmp && { xmp }) });
  if (format === 'png') {
    return encodePng(picture, [
      ...(exif ? [{ type: 'eXIf', data: exif }] : []),
      ...(xmp ? [{ type: 'iTXt', data: Buffer.concat([Buffer.from('XML:com.adobe.xmp\0\0\0\0\0'), xmp]) }] : []),
    ]);
  }
  const segments = [...(exif ? [jpegSegment(exifMark, exif)] : []), ...(xmp ? [jpegSegment(xmpMark, xmp)] : [])];
  return encodeJpeg(picture, segments, quality);
}

function jpegSegment(mark: Uint8Array, data: Uint8Array): Uint8Array {
  const length = mark.length + data.length;
  if (length > segmentBytes) throw new RangeError('A JPEG segment holds 64 kB.');
  return Buffer.concat([Uint8Array.of(0xff, 0xe1, (length + 2) >> 8, (length + 2) & 255), mark, data]);
}

/** Uncompressed, one strip, behind the directories. */
function encodeTiff(
  { width, height, rgb }: Picture,
  exif: PhotoOptions['exif'],
  xmp: Uint8Array | undefined,
): Uint8Array {
  if (exif instanceof Uint8Array) throw new TypeError('A TIFF is its own EXIF block: give values.');
  const fieldsAt = (offset: number): TiffField[] => [
    { tag: 0x0100, type: 'long', value: width },
    { tag: 0x0101, type: 'long', value: height },
    { tag: 0x0102, type: 'short', value: [8, 8, 8] },
    { tag: 0x0103, type: 'short', value: 1 },
    { tag: 0x0106, type: 'short', value: 2 },
    { tag: 0x0111, type: 'long', value: offset },
    { tag: 0x0115, type: 'short', value: 3 },
    { tag: 0x0116, type: 'long', value: height },
    { tag: 0x0117, type: 'long', value: rgb.length },
    ...(xmp ? [{ tag: 0x02bc, type: 'byte', value: xmp } as const] : []),
  ];
  // The offset's digits do not change the size of what stands before it.
  const before = writeTiff(exifDirectory(exif ?? {}, fieldsAt(0))).length;
  return Buffer.concat([writeTiff(exifDirectory(exif ?? {}, fieldsAt(before))), rgb]);
}
