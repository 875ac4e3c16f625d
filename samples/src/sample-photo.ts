import { makePhoto } from './make-photo.ts';
import type { ExifValues } from './write-exif.ts';
import type { XmpValues } from './write-xmp.ts';

/** What the sample says about itself. The place is a public viewpoint: Gjendesheim in the national park Jotunheimen. */
export const sampleExif = {
  ImageDescription: 'Lake below the hills, drawn by ProofPix',
  Make: 'ProofPix',
  Model: 'Sample Camera',
  Orientation: 1,
  XResolution: 72,
  YResolution: 72,
  Software: 'ProofPix samples 1.0',
  ModifyDate: '2026:06:21 14:05:33',
  Artist: 'ProofPix',
  Copyright: 'CC0 1.0',
  ExposureTime: 1 / 500,
  FNumber: 5.6,
  ISO: 100,
  DateTimeOriginal: '2026:06:21 14:05:33',
  CreateDate: '2026:06:21 14:05:33',
  OffsetTimeOriginal: '+02:00',
  FocalLength: 24,
  LensModel: 'ProofPix 24mm f/2.8',
  ExifImageWidth: 1200,
  ExifImageHeight: 800,
  GPSLatitude: 61.494722,
  GPSLongitude: 8.809722,
  GPSAltitude: 994,
  GPSImgDirection: 262.5,
  GPSDateStamp: '2026:06:21',
  GPSTimeStamp: '12:05:31',
} as const satisfies ExifValues;

const sampleXmp = {
  'xmp:CreatorTool': 'ProofPix samples 1.0',
  'xmp:CreateDate': '2026-06-21T14:05:33+02:00',
  'dc:title': { 'x-default': 'Lake below the hills' },
  'dc:rights': { 'x-default': 'CC0 1.0' },
} as const satisfies XmpValues;

/** The photo of the "Try a sample" button: a JPEG with EXIF, GPS and XMP that our own code draws and writes. */
export function makeSamplePhoto(): Uint8Array {
  const { ExifImageWidth: width, ExifImageHeight: height } = sampleExif;
  return makePhoto({ exif: sampleExif, xmp: sampleXmp, width, height, seed: 7 });
}
