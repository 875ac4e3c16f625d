import type { Json } from './json.ts';

/** One tag of the library: `computed` is its value as JavaScript knows it. */
export type LibraryTag = { id?: number; value?: unknown; description?: unknown; computed?: unknown };

/** Where exiftool has another name than the library. */
const names: Record<string, string> = {
  DateTime: 'ModifyDate',
  DateTimeDigitized: 'CreateDate',
  ISOSpeedRatings: 'ISO',
  ImageLength: 'ImageHeight',
  PixelXDimension: 'ExifImageWidth',
  PixelYDimension: 'ExifImageHeight',
  ExposureBiasValue: 'ExposureCompensation',
  BodySerialNumber: 'SerialNumber',
  LensSpecification: 'LensInfo',
  CameraOwnerName: 'OwnerName',
  FocalLengthIn35mmFilm: 'FocalLengthIn35mmFormat',
  NewSubfileType: 'SubfileType',
};

/** Pointers and encodings of blocks that are read elsewhere. */
const silent =
  /^(Exif IFD Pointer|GPS Info IFD Pointer|Interoperability IFD Pointer|MakerNote|Thumbnail|undefined-|Padding|OffsetSchema)/;
/** APEX values, which exiftool gives as what they stand for. */
const apexTime = new Set(['ShutterSpeedValue']);
const apexAperture = new Set(['ApertureValue', 'MaxApertureValue']);
/** Bytes that are four digits of text. */
const digitBytes = new Set(['ExifVersion', 'FlashpixVersion', 'InteroperabilityVersion']);
/** Bytes whose text the library decodes. */
const decodedBytes = new Set([
  'UserComment',
  'GPSProcessingMethod',
  'GPSAreaInformation',
  'XPTitle',
  'XPComment',
  'XPAuthor',
  'XPKeywords',
  'XPSubject',
]);
const mostListItems = 200;

/**
 * EXIF and GPS tags under exiftool's names with values as `exiftool -n` prints them: numbers, dates as
 * `YYYY:MM:DD HH:MM:SS`, positions as signed degrees.
 */
export function exifValues(tags: Readonly<Record<string, LibraryTag>>): {
  values: Record<string, Json>;
  hidden: string[];
} {
  const values: Record<string, Json> = {};
  const hidden: string[] = [];
  for (const [libraryName, tag] of Object.entries(tags)) {
    if (silent.test(libraryName) || typeof tag !== 'object' || tag === null) continue;
    const name = names[libraryName] ?? libraryName;
    const value = exifValue(name, tag);
    if (value === null) continue;
    values[name] = value;
    if (isTextList(tag.computed) && name !== 'Copyright' && tag.computed.slice(1).some((text) => text !== ''))
      hidden.push(name);
  }
  addPosition(values, tags);
  return { values, hidden };
}

function exifValue(name: string, tag: LibraryTag): Json {
  const { computed, description } = tag;
  if (computed === '<faulty value>' || tag.value === '<faulty value>') return null;
  if (name === 'GPSTimeStamp') return timeOf(computed);
  if (digitBytes.has(name) && isNumberList(computed))
    return String.fromCharCode(...computed.slice(0, 8)).replace(/\0/g, '');
  if (decodedBytes.has(name)) return typeof description === 'string' ? plainText(description) : null;
  if (typeof computed === 'string') return trimmed(name, computed);
  if (isTextList(computed))
    return trimmed(name, name === 'Copyright' ? computed.filter(Boolean).join('; ') : (computed[0] ?? ''));
  if (typeof computed === 'number') return numberValue(name, computed);
  if (isNumberList(computed)) {
    if (computed.length > mostListItems) return null;
    return computed
      .map((number) => (number === null || !Number.isFinite(number) ? 'undef' : rounded(number)))
      .join(' ');
  }
  return null;
}

function numberValue(name: string, value: number): Json {
  if (!Number.isFinite(value)) return null;
  if (apexTime.has(name)) return finite(rounded(2 ** -value));
  if (apexAperture.has(name)) return finite(rounded(2 ** (value / 2)));
  return rounded(value);
}

/** exiftool keeps ten digits of a fraction. */
function rounded(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(10));
}

function finite(value: number): Json {
  return Number.isFinite(value) ? value : null;
}

function trimmed(name: string, text: string): string {
  const plain = plainText(text);
  return name === 'Make' || name === 'Model' || name === 'Software' ? plain.trimEnd() : plain;
}

/** Text ends at its first NUL, as in every program that reads it. */
function plainText(text: string): string {
  const end = text.indexOf('\0');
  return end === -1 ? text : text.slice(0, end);
}

function timeOf(value: unknown): Json {
  if (!isNumberList(value) || value.length !== 3) return null;
  const [hours, minutes, seconds] = value;
  if (![hours, minutes, seconds].every((part) => typeof part === 'number' && Number.isFinite(part) && part >= 0))
    return null;
  const two = (part: number) => (part < 10 ? `0${part}` : String(part));
  return `${two(hours ?? 0)}:${two(minutes ?? 0)}:${two(rounded(seconds ?? 0))}`;
}

function addPosition(values: Record<string, Json>, tags: Readonly<Record<string, LibraryTag>>): void {
  for (const [name, negative] of [
    ['GPSLatitude', 'S'],
    ['GPSLongitude', 'W'],
    ['GPSDestLatitude', 'S'],
    ['GPSDestLongitude', 'W'],
  ] as const) {
    delete values[name];
    const degrees = degreesOf(tags[name]?.computed);
    const limit = negative === 'S' ? 90 : 180;
    if (degrees === null || degrees > limit) continue;
    const reference = tags[`${name}Ref`]?.computed;
    values[name] = typeof reference === 'string' && reference.startsWith(negative) ? -degrees : degrees;
  }
  if (typeof values.GPSAltitude === 'number' && values.GPSAltitudeRef === 1) values.GPSAltitude = -values.GPSAltitude;
  const { GPSLatitude: latitude, GPSLongitude: longitude } = values;
  if (typeof latitude === 'number' && typeof longitude === 'number') Object.assign(values, { latitude, longitude });
  const { GPSDateStamp: date, GPSTimeStamp: time } = values;
  if (typeof date === 'string' && typeof time === 'string' && date !== '') values.GPSDateTime = `${date} ${time}Z`;
}

/** Degrees, minutes and seconds, or degrees alone. Fractions with zero below are not a position. */
function degreesOf(value: unknown): number | null {
  const parts = typeof value === 'number' ? [value] : isNumberList(value) ? value : null;
  if (parts === null || parts.length === 0 || parts.length > 3) return null;
  let degrees = 0;
  for (const [index, part] of parts.entries()) {
    if (typeof part !== 'number' || !Number.isFinite(part)) return null;
    degrees += part / 60 ** index;
  }
  return degrees;
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isNumberList(value: unknown): value is number[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'number' || item === null);
}
