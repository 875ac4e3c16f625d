import type { Json } from '@proofpix/contract/json';
import { count } from '../../../ui/format.ts';
import { directionText } from './position-words.ts';

/** Words for the tags people ask for; every other tag is its own name, cut into words. */
const names: Record<string, string> = {
  LensModel: 'Lens',
  FNumber: 'Aperture',
  ExposureTime: 'Exposure time',
  ISO: 'ISO',
  FocalLengthIn35mmFormat: 'Focal length, 35 mm',
  DateTimeOriginal: 'Taken',
  CreateDate: 'Digitised',
  ModifyDate: 'Changed',
  GPSDateTime: 'GPS time',
  OffsetTimeOriginal: 'Zone of taken',
  OffsetTimeDigitized: 'Zone of digitised',
  OffsetTime: 'Zone of changed',
  SubSecTimeOriginal: 'Taken, fraction of second',
  latitude: 'Latitude',
  longitude: 'Longitude',
  GPSAltitude: 'Altitude',
  GPSImgDirection: 'Direction',
  GPSHPositioningError: 'Position error',
  ImageWidth: 'Width',
  ImageHeight: 'Height',
  ExifImageWidth: 'Width, by EXIF',
  ExifImageHeight: 'Height, by EXIF',
  MIMEType: 'Media type',
  HostComputer: 'Device',
  CreatorTool: 'Program',
  UserComment: 'Comment',
};

export function tagName(tag: string): string {
  const known = Object.hasOwn(names, tag) ? names[tag] : undefined;
  if (known !== undefined) return known;
  const words = tag
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(/[\s_:-]+/);
  const [first = tag, ...rest] = words;
  // Abbreviations (GPS, XMP, ICC) keep their capitals.
  return [first, ...rest.map((word) => (/^[A-Z0-9]+$/.test(word) ? word : word.toLowerCase()))].join(' ');
}

export function valueText(tag: string, value: Json): string {
  if (value === null || value === '') return 'Empty';
  if (typeof value === 'number') return numberText(tag, value);
  if (typeof value === 'string') return timeText(value) ?? value;
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (Array.isArray(value)) return value.map((item: Json) => valueText('', item)).join(', ');
  return JSON.stringify(value);
}

function numberText(tag: string, value: number): string {
  if (tag === 'ExposureTime' && value > 0) return value < 0.4 ? `1/${count(Math.round(1 / value))} s` : `${value} s`;
  if (tag === 'FNumber') return `f/${value}`;
  if (tag === 'FocalLength' || tag === 'FocalLengthIn35mmFormat') return `${value} mm`;
  if (tag === 'GPSAltitude') return value < 0 ? `${-value} m below sea` : `${value} m above sea`;
  if (tag === 'GPSImgDirection') return directionText(value);
  if (tag === 'GPSHPositioningError') return `${value} m`;
  if (/(Width|Height)$/.test(tag) && Number.isInteger(value)) return `${value} px`;
  return String(value);
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** "2026:11:12 16:42:08" → "12 Nov 2026, 16:42:08". Only written differently: no zone is added or converted. */
function timeText(value: string): string | null {
  const match = /^(\d{4})[:-](\d\d)[:-](\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)\s*(Z|[+-]\d\d:?\d\d)?$/.exec(value);
  if (match === null) return null;
  const [, year, month, day, clock, zone] = match;
  const name = months[Number(month) - 1];
  if (name === undefined) return null;
  return `${Number(day)} ${name} ${year}, ${clock}${zone === undefined ? '' : zone === 'Z' ? ' UTC' : ` ${zone}`}`;
}

export const groups = ['Camera', 'Time', 'Place', 'Picture', 'Other'] as const;
export type Group = (typeof groups)[number];

const camera =
  /^(Make|Model|Lens|ExposureTime|FNumber|ISO|FocalLength|Flash|Software|CreatorTool|HostComputer|.*SerialNumber|Exposure|Metering|WhiteBalance|Aperture|ShutterSpeed|MaxAperture|Brightness|LightSource|Scene|SubjectDistance|DigitalZoom|Sensing|Sensitivity|RecommendedExposure|Contrast|Saturation|Sharpness|GainControl|UniqueCameraModel|Internal)/;
const place = /^(latitude|longitude|GPS|City|Country|State|Province|Location|Sublocation|Sub-location)/;
const time = /(Date|Time|Zone)/;
const picture =
  /^(Image|ExifImage|Orientation|XResolution|YResolution|ResolutionUnit|ColorSpace|Color|BitsPerSample|BitDepth|Compression|Profile|YCbCr|Photometric|SamplesPerPixel|Planar|Components|Filter|Interlace|Encoding|Thumbnail|PixelX|PixelY|MIMEType|FileType|Rendering|ICC|JFIF|Subsampling|Width|Height|PhotometricInterpretation|Gamma|.*(TRC|MatrixColumn)$|MediaWhitePoint|Connection|PrimaryPlatform|DeviceManufacturer|DeviceModel|CMM)/;

const order = [
  'Make',
  'Model',
  'LensModel',
  'ExposureTime',
  'FNumber',
  'ISO',
  'FocalLength',
  'Software',
  'DateTimeOriginal',
  'OffsetTimeOriginal',
  'CreateDate',
  'ModifyDate',
  'GPSDateTime',
  'latitude',
  'longitude',
  'GPSAltitude',
  'GPSImgDirection',
  'ImageWidth',
  'ImageHeight',
  'Orientation',
];

export function groupOf(tag: string): Group {
  if (/^GPS(Date|Time)/.test(tag)) return 'Time';
  if (camera.test(tag)) return 'Camera';
  if (place.test(tag)) return 'Place';
  if (picture.test(tag)) return 'Picture';
  if (time.test(tag)) return 'Time';
  return 'Other';
}

/** What people look for first stands first; the rest by name. */
export function byImportance(a: string, b: string): number {
  const place = (tag: string) => (order.indexOf(tag) + order.length + 1) % (order.length + 1);
  return place(a) - place(b) || a.localeCompare(b);
}
