import {
  furthest,
  longestValue,
  mostReadings,
  number,
  said,
  text,
  type Origin,
  type Part,
  type Reading,
} from './readings.ts';
import type { Disagreement } from './runs.ts';
import { timeDisagreement } from './time-disagreement.ts';

/** Programs round positions differently; no two of them are told apart by less. */
const placeTolerance = 50;

/**
 * Where the parts of one photo say different things about the same question. Only what was recorded is compared: a
 * disagreement is a sign to look at, and what explains it harmlessly (a zone that nobody wrote down, a turned picture,
 * a rounded position) is none.
 */
export function disagreementsOf(part: Part, fileName: string): Disagreement[] {
  return [timeDisagreement(part, fileName), program(part), place(part), device(part, fileName), size(part)].filter(
    (row) => row !== null,
  );
}

function program(part: Part): Disagreement | null {
  const readings = texts(part, [
    ['exif', 'Software'],
    ['xmp', 'CreatorTool'],
    ['xmp', 'XMP:CreatorTool'],
    ['xmp', 'XMP:Software'],
    ['iptc', 'OriginatingProgram'],
    ['iptc', 'IPTC:OriginatingProgram'],
    ['credentials', 'C2PA:ClaimGenerator'],
  ]);
  return row('program', readings, (a, b) => sameProgram(a.value, b.value));
}

/** "Adobe_Photoshop/25.9 adobe_c2pa/0.7" and "Adobe Photoshop 25.9 (Windows)" are one program. */
function sameProgram(a: string, b: string): boolean {
  const [one, other] = [programWords(a), programWords(b)];
  const shorter = Math.min(one.name.length, other.name.length);
  if (shorter === 0 && one.name.length !== other.name.length) return false;
  if (!one.name.slice(0, shorter).every((word, index) => word === other.name[index])) return false;
  return one.version === null || other.version === null || one.version === other.version;
}

function programWords(program: string): { name: string[]; version: string | null } {
  const words = program.toLowerCase().split(/[\s_/(),-]+/);
  const start = words.findIndex((word) => /^v?\d/.test(word));
  const version = start === -1 ? undefined : /\d+(?:\.\d+)?/.exec(words[start] ?? '')?.[0];
  return {
    name: (start === -1 ? words : words.slice(0, start)).filter((word) => word !== ''),
    version: version ?? null,
  };
}

function place(part: Part): Disagreement | null {
  const placed = [
    ...positions(part, 'gps', 'latitude', 'longitude'),
    ...positions(part, 'xmp', 'XMP:GPSLatitude', 'XMP:GPSLongitude'),
  ];
  const blur = number(part, 'GPSHPositioningError') ?? 0;
  const apart = furthest(placed, (a, b) => metresApart(a, b));
  if (apart <= Math.max(placeTolerance, blur)) return null;
  return {
    question: 'place',
    readings: placed.map(({ reading }) => reading),
    apart: { value: Math.round(apart), unit: 'metres' },
  };
}

type Placed = { reading: Reading; latitude: number; longitude: number };

function positions(part: Part, origin: Origin, latitudeTag: string, longitudeTag: string): Placed[] {
  const longitudes = said(part, longitudeTag);
  return said(part, latitudeTag).flatMap(({ value: latitude, source }) => {
    const beside = longitudes.find((each) => each.source?.plugin === source?.plugin) ?? longitudes[0];
    const longitude = beside?.value;
    if (typeof latitude !== 'number' || typeof longitude !== 'number') return [];
    if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) return [];
    return [{ reading: { origin, value: `${latitude}, ${longitude}`, source }, latitude, longitude }];
  });
}

/** Along the surface of a ball, which is right to half a per cent. */
export function metresApart(
  a: { latitude: number; longitude: number },
  b: { latitude: number; longitude: number },
): number {
  const radians = Math.PI / 180;
  const height = Math.sin(((b.latitude - a.latitude) * radians) / 2) ** 2;
  const width = Math.sin(((b.longitude - a.longitude) * radians) / 2) ** 2;
  const share = height + Math.cos(a.latitude * radians) * Math.cos(b.latitude * radians) * width;
  return 2 * 6_371_000 * Math.asin(Math.min(1, Math.sqrt(share)));
}

/** Cameras that name their files in a way of their own, and the makes that EXIF gives them. */
const namedDevices: { form: RegExp; device: string; makes: readonly string[] }[] = [
  { form: /^PXL_\d{8}_\d{6}/, device: 'Google Pixel', makes: ['google'] },
  { form: /^DJI_\d{4,14}/, device: 'DJI', makes: ['dji', 'hasselblad'] },
];

function device(part: Part, fileName: string): Disagreement | null {
  const readings: Reading[] = [];
  for (const [origin, prefix] of [
    ['exif', ''],
    ['xmp', 'XMP:'],
  ] as const) {
    const makes = said(part, `${prefix}Make`);
    const models = said(part, `${prefix}Model`);
    // XMP often repeats only the one that differs.
    const ownMake = makes[0] ?? (prefix === '' ? undefined : said(part, 'Make')[0]);
    for (const model of models.length > 0 ? models : makes)
      readings.push({
        origin,
        value: cameraName(ownMake === undefined ? '' : text(ownMake), text(model)),
        source: model.source,
      });
  }
  const inName = namedDevices.find(({ form }) => form.test(fileName));
  if (inName !== undefined) readings.push({ origin: 'file-name', value: inName.device, source: null });
  return row(
    'device',
    readings.filter(({ value }) => value !== ''),
    (a, b) => {
      const [one, other] = a.origin === 'file-name' ? [b, a] : [a, b];
      if (other.origin === 'file-name' && one.origin !== 'file-name')
        return inName?.makes.some((make) => one.value.toLowerCase().startsWith(make)) ?? true;
      const [x, y] = [plain(a.value), plain(b.value)];
      return x.includes(y) || y.includes(x);
    },
  );
}

/** "Canon" and "Canon EOS 5D" are "Canon EOS 5D". */
function cameraName(make: string, model: string): string {
  if (model.toLowerCase().startsWith(make.toLowerCase())) return model;
  return `${make} ${model}`.trim().slice(0, longestValue);
}

function plain(words: string): string {
  return words.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}

function size(part: Part): Disagreement | null {
  // Raw photos have a margin of pixels that no program draws.
  const tolerance = said(part, 'FileType').some((type) => text(type) === 'JPEG') ? 0 : 0.02;
  const sized = [
    ...sizes(part, 'picture', 'ImageWidth', 'ImageHeight'),
    ...sizes(part, 'exif', 'ExifImageWidth', 'ExifImageHeight'),
    ...sizes(part, 'xmp', 'PixelXDimension', 'PixelYDimension'),
    ...sizes(part, 'xmp', 'XMP:ExifImageWidth', 'XMP:ExifImageHeight'),
  ];
  const near = (a: number, b: number) => Math.abs(a - b) <= tolerance * Math.max(a, b);
  const differs = furthest(sized, (a, b) =>
    // A picture that was turned has both sides changed over.
    (near(a.width, b.width) && near(a.height, b.height)) || (near(a.width, b.height) && near(a.height, b.width))
      ? 0
      : 1,
  );
  return differs === 0 ? null : { question: 'size', readings: sized.map(({ reading }) => reading), apart: null };
}

function sizes(part: Part, origin: Origin, widthTag: string, heightTag: string) {
  const width = number(part, widthTag) ?? 0;
  const height = number(part, heightTag) ?? 0;
  const source = said(part, widthTag)[0]?.source ?? null;
  return width > 0 && height > 0 ? [{ width, height, reading: { origin, value: `${width} × ${height}`, source } }] : [];
}

function texts(part: Part, tags: readonly (readonly [Origin, string])[]): Reading[] {
  return tags
    .flatMap(([origin, tag]) => said(part, tag).map((each) => ({ origin, value: text(each), source: each.source })))
    .filter(({ value }) => value !== '')
    .slice(0, mostReadings);
}

function row(
  question: Disagreement['question'],
  readings: readonly Reading[],
  same: (a: Reading, b: Reading) => boolean,
): Disagreement | null {
  const few = readings.slice(0, mostReadings);
  return furthest(few, (a, b) => (same(a, b) ? 0 : 1)) === 0 ? null : { question, readings: few, apart: null };
}
