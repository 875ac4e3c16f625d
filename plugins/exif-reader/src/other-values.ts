import type { Json } from './json.ts';
import type { LibraryTag } from './exif-values.ts';

const mostListItems = 500;
const longestText = 32 * 1024;

const iptcNames: Record<string, string> = {
  'Record Version': 'ApplicationRecordVersion',
  'Supplemental Category': 'SupplementalCategories',
  'Content Location Code': 'ContentLocationCode',
  'Coded Character Set': 'CodedCharacterSet',
  'Originating Program': 'OriginatingProgram',
};

/** IPTC tags under exiftool's names: `Caption/Abstract` is `Caption-Abstract`. Repeated ones become lists. */
export function iptcValues(tags: Readonly<Record<string, LibraryTag | readonly LibraryTag[]>>): Record<string, Json> {
  const values: Record<string, Json> = {};
  for (const [libraryName, tag] of Object.entries(tags)) {
    const name = iptcNames[libraryName] ?? libraryName.replaceAll('/', '-').replaceAll(' ', '');
    const texts = (isList(tag) ? tag : [tag]).slice(0, mostListItems).flatMap(({ description }) => {
      return typeof description === 'string' ? [dateText(name, description)] : [];
    });
    if (texts.length === 1) values[name] = texts[0] ?? null;
    else if (texts.length > 1) values[name] = texts;
  }
  return values;
}

function isList(value: LibraryTag | readonly LibraryTag[]): value is readonly LibraryTag[] {
  return Array.isArray(value);
}

function dateText(name: string, text: string): string {
  return /Date/.test(name) ? text.replaceAll('-', ':') : clean(text);
}

const iccNames: Record<string, string> = {
  'ICC Description': 'ProfileDescription',
  'ICC Copyright': 'ProfileCopyright',
  'Preferred CMM type': 'ProfileCMMType',
  'Profile Version': 'ProfileVersion',
  'Profile/Device class': 'ProfileClass',
  'Color Space': 'ColorSpaceData',
  'Connection Space': 'ProfileConnectionSpace',
  'ICC Profile Date': 'ProfileDateTime',
  'Primary Platform': 'PrimaryPlatform',
  'Device Manufacturer': 'DeviceManufacturer',
  'Device Model Number': 'DeviceModel',
  'Rendering Intent': 'RenderingIntent',
  'Profile Creator': 'ProfileCreator',
};

/** The head of a colour profile; its curves and tables say nothing about the photo. */
export function iccValues(tags: Readonly<Record<string, LibraryTag>>): Record<string, Json> {
  const values: Record<string, Json> = {};
  for (const [libraryName, { value }] of Object.entries(tags)) {
    const name = iccNames[libraryName];
    if (name === undefined || !(typeof value === 'string' || typeof value === 'number')) continue;
    if (typeof value === 'number') values[name] = Number.isFinite(value) ? value : null;
    else values[name] = name === 'ProfileDateTime' ? xmpText(value.replace(/\.000Z$/, '')) : clean(value).trimEnd();
  }
  return values;
}

type XmpTag = { value?: unknown; description?: unknown };

/** XMP properties under exiftool's names (`CreatorTool`), with dates and positions in its form. */
export function xmpValues(tags: Readonly<Record<string, unknown>>): Record<string, Json> {
  const values: Record<string, Json> = {};
  for (const [localName, tag] of Object.entries(tags)) {
    if (localName === '_raw' || localName === 'about' || typeof tag !== 'object' || tag === null) continue;
    const value = xmpValue(tag);
    if (value === null) continue;
    const name = localName.charAt(0).toUpperCase() + localName.slice(1);
    values[name] = /^GPS(Latitude|Longitude)$/.test(name) && typeof value === 'string' ? xmpDegrees(value) : value;
  }
  return values;
}

function xmpValue(tag: XmpTag): Json {
  if (typeof tag.value === 'string') return xmpText(tag.value);
  if (Array.isArray(tag.value)) {
    const items: unknown[] = tag.value.slice(0, mostListItems);
    const texts = items.flatMap((item) => {
      const inner = typeof item === 'object' && item !== null && 'value' in item ? item.value : item;
      return typeof inner === 'string' ? [xmpText(inner)] : [];
    });
    // One text in one language is that text.
    return texts.length === 0 ? null : texts.length === 1 ? (texts[0] ?? null) : texts;
  }
  return typeof tag.description === 'string' && tag.description !== '' ? clean(tag.description) : null;
}

/** `2019-12-08T11:10:39+02:00` is `2019:12:08 11:10:39+02:00` to exiftool, `1/400` a number. */
function xmpText(text: string): string | number {
  const date = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:\d\d)?)?$/.exec(text);
  if (date !== null) {
    const [, year, month, day, time, zone = ''] = date;
    return `${year}:${month}:${day}${time === undefined ? '' : ` ${time}${zone}`}`;
  }
  const fraction = /^(-?\d{1,12})\/(\d{1,12})$/.exec(text);
  if (fraction !== null && Number(fraction[2]) !== 0)
    return Number((Number(fraction[1]) / Number(fraction[2])).toPrecision(10));
  return clean(text);
}

/** `53,22.97N` or `53,22,58N`. */
function xmpDegrees(text: string): Json {
  const parts = /^(\d{1,3}),(\d{1,2}(?:\.\d{1,12})?)(?:,(\d{1,2}(?:\.\d{1,12})?))?([NSEW])$/.exec(text);
  if (parts === null) return text;
  const degrees = Number(parts[1]) + Number(parts[2]) / 60 + Number(parts[3] ?? 0) / 3600;
  return parts[4] === 'S' || parts[4] === 'W' ? -degrees : degrees;
}

function clean(text: string): string {
  return text.length > longestText ? text.slice(0, longestText) : text;
}
