import type { Json } from '@proofpix/contract/json';
import type { TFunction } from 'i18next';
import { count } from '../../../ui/format.ts';
import { writtenTimeText } from '../time-words.ts';
import { directionText } from './position-words.ts';

/** The tags people ask for have words; every other tag is its own name, cut into words. */
const known = [
  'LensModel',
  'FNumber',
  'ExposureTime',
  'ISO',
  'FocalLength',
  'FocalLengthIn35mmFormat',
  'DateTimeOriginal',
  'CreateDate',
  'ModifyDate',
  'MetadataDate',
  'GPSDateTime',
  'OffsetTimeOriginal',
  'OffsetTimeDigitized',
  'OffsetTime',
  'SubSecTimeOriginal',
  'latitude',
  'longitude',
  'GPSAltitude',
  'GPSImgDirection',
  'GPSHPositioningError',
  'ImageWidth',
  'ImageHeight',
  'ExifImageWidth',
  'ExifImageHeight',
  'MIMEType',
  'FileType',
  'HostComputer',
  'CreatorTool',
  'UserComment',
  'Make',
  'Model',
  'Software',
  'Orientation',
  'Artist',
  'Copyright',
] as const;
type KnownTag = (typeof known)[number];

function isKnown(tag: string): tag is KnownTag {
  return (known as readonly string[]).includes(tag); // only widened, to ask for any text
}

export function tagName(t: TFunction<'runs'>, tag: string): string {
  if (isKnown(tag)) return t(`tags.${tag}`);
  const words = tag
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .replace('C2 PA', 'C2PA')
    .split(/[\s_:-]+/);
  const [first = tag, ...rest] = words;
  // Abbreviations (GPS, XMP, ICC) keep their capitals.
  return [first, ...rest.map((word) => (/^[A-Z0-9]+$/.test(word) ? word : word.toLowerCase()))].join(' ');
}

export function valueText(t: TFunction<'runs'>, tag: string, value: Json): string {
  if (value === null || value === '') return t('value.empty');
  if (typeof value === 'number') return numberText(t, tag, value);
  if (typeof value === 'string') return writtenTimeText(value) ?? value;
  if (typeof value === 'boolean') return t(value ? 'value.yes' : 'value.no');
  if (Array.isArray(value)) return value.map((item: Json) => valueText(t, '', item)).join(', ');
  return JSON.stringify(value);
}

function numberText(t: TFunction<'runs'>, tag: string, value: number): string {
  if (tag === 'ExposureTime' && value > 0) return value < 0.4 ? `1/${count(Math.round(1 / value))} s` : `${value} s`;
  if (tag === 'FNumber') return `f/${value}`;
  if (tag === 'FocalLength' || tag === 'FocalLengthIn35mmFormat') return `${value} mm`;
  if (tag === 'GPSAltitude') return t(value < 0 ? 'value.belowSea' : 'value.aboveSea', { metres: Math.abs(value) });
  if (tag === 'GPSImgDirection') return directionText(t, value);
  if (tag === 'GPSHPositioningError') return `${value} m`;
  if (/(Width|Height)$/.test(tag) && Number.isInteger(value)) return `${value} px`;
  return String(value);
}

export const groups = ['camera', 'time', 'place', 'picture', 'other'] as const;
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
  if (/^GPS(Date|Time)/.test(tag)) return 'time';
  if (camera.test(tag)) return 'camera';
  if (place.test(tag)) return 'place';
  if (picture.test(tag)) return 'picture';
  if (time.test(tag)) return 'time';
  return 'other';
}

/** What people look for first stands first; the rest by name. */
export function byImportance(a: string, b: string): number {
  const place = (tag: string) => (order.indexOf(tag) + order.length + 1) % (order.length + 1);
  return place(a) - place(b) || a.localeCompare(b);
}
