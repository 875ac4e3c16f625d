/**
 * A moment as a camera, a satellite or a file name says it. `local` is the clock as it was written, in milliseconds as
 * if it were UTC; `offset` are the minutes by which that clock is ahead of UTC, null where nothing says it.
 */
export type RecordedTime = {
  local: number;
  offset: number | null;
  /** Without a clock, only a day. */
  dayOnly: boolean;
  /** When something was signed, sent or saved: that may be any time after the exposure, but not before it. */
  notBefore: boolean;
};

const zoneForm = /^(?:Z|([+-])(\d\d):?(\d\d))$/;

/** `2026:11:12 16:42:08.5+01:00`, `2026-11-12T16:42:08Z`, `2026:11:12`. The zone may stand beside it, as EXIF writes it. */
export function recordedTime(text: string, zone = ''): RecordedTime | null {
  const form =
    /^(\d{4})[:-](\d\d)[:-](\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?\s?(Z|[+-]\d\d:?\d\d)?)?$/.exec(
      text.trim(),
    );
  if (form === null) return null;
  const [, year, month, day, hour, minute, second, ownZone] = form;
  const local = clock([year, month, day, hour ?? '0', minute ?? '0', second ?? '0']);
  if (local === null) return null;
  return { local, offset: offsetOf(ownZone ?? zone), dayOnly: hour === undefined, notBefore: false };
}

function offsetOf(zone: string): number | null {
  const form = zoneForm.exec(zone.trim());
  if (form === null) return null;
  const minutes = Number(form[2] ?? 0) * 60 + Number(form[3] ?? 0);
  return form[1] === '-' ? -minutes : minutes;
}

/** Null for what no clock shows: cameras without a set clock write zeros. */
function clock(parts: readonly (string | undefined)[]): number | null {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map(Number);
  if (year < 1900 || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 60) return null;
  if (day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return null;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

const date = '(20\\d\\d)[-_.]?(\\d\\d)[-_.]?(\\d\\d)';
const timeOfDay = '(\\d\\d)[-_.:]?(\\d\\d)[-_.:]?(\\d\\d)';

/** Names by which programs tell when; all others say nothing. Each form is read from the start in one way only. */
const forms: { form: RegExp; utc?: true; notBefore?: true }[] = [
  // Google's camera counts in UTC, with milliseconds.
  { form: new RegExp(`^PXL_${date}_${timeOfDay}`), utc: true },
  // The day on which the message was sent or received.
  { form: new RegExp(`^(?:IMG|VID)-${date}-WA\\d+`, 'i'), notBefore: true },
  { form: new RegExp(`^WhatsApp Image ${date} at ${timeOfDay}`, 'i'), notBefore: true },
  { form: new RegExp(`^signal-${date}-${timeOfDay}`, 'i'), notBefore: true },
  { form: new RegExp(`^photo_${date}_${timeOfDay}`, 'i'), notBefore: true },
  { form: new RegExp(`^Screenshot[_ -]${date}(?:[_ -]| at )${timeOfDay}`, 'i') },
  { form: new RegExp(`^(?:IMG|MVIMG|PANO|BURST|WP|DJI|DSC|P)_${date}_?${timeOfDay}(?!\\d{4})`, 'i') },
  { form: new RegExp(`^${date}[ _-]${timeOfDay}(?!\\d{4})`) },
];

const longestName = 255;

/** The time that a file name tells, if it has a form of the list. */
export function timeInFileName(name: string): RecordedTime | null {
  const short = name.slice(0, longestName);
  for (const { form, utc, notBefore } of forms) {
    const found = form.exec(short);
    if (found === null) continue;
    const [, year, month, day, hour, minute, second] = found;
    const local = clock([year, month, day, hour ?? '0', minute ?? '0', second ?? '0']);
    if (local === null) continue;
    return {
      local,
      offset: utc === true ? 0 : null,
      dayOnly: hour === undefined,
      notBefore: notBefore === true,
    };
  }
  return null;
}

/** ISO 8601, with a zone only where one is recorded. */
export function timeAsText({ local, offset, dayOnly }: RecordedTime): string {
  const text = new Date(local).toISOString();
  if (dayOnly) return text.slice(0, 10);
  const size = Math.abs(offset ?? 0);
  const two = (number: number) => String(number).padStart(2, '0');
  const zone =
    offset === null
      ? ''
      : offset === 0
        ? 'Z'
        : `${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
  return `${text.slice(0, 19)}${zone}`;
}

/** Clocks that were never compared drift, and a satellite fix is some time old when the picture is taken. */
export const timeTolerance = 120;
const quarter = 15 * 60;
/** The furthest that a time zone is from UTC. */
const widestZone = 14 * 3600;
const daySeconds = 24 * 3600;

/**
 * Seconds by which two times differ, 0 where they need not. Without both zones, whole quarters of an hour up to 14 hours
 * are what a zone may explain: they are taken off. A day without a clock fits all of its moments, in every zone.
 */
export function secondsApart(a: RecordedTime, b: RecordedTime): number {
  const known = a.offset !== null && b.offset !== null;
  const difference = (a.local - b.local) / 1000 - (known ? ((a.offset ?? 0) - (b.offset ?? 0)) * 60 : 0);
  if (a.notBefore && b.notBefore) return 0;
  if (a.dayOnly || b.dayOnly) return beyondDays(a, b, difference);
  // What may come later is no disagreement when it does.
  if ((a.notBefore && difference > 0) || (b.notBefore && difference < 0)) return 0;
  const apart = Math.abs(known ? difference : beyondZones(difference));
  return apart > timeTolerance ? apart : 0;
}

function beyondZones(difference: number): number {
  const zone = Math.max(-widestZone, Math.min(widestZone, Math.round(difference / quarter) * quarter));
  return difference - zone;
}

function beyondDays(a: RecordedTime, b: RecordedTime, difference: number): number {
  // From the earliest to the latest moment that both may mean.
  const lowest = difference - (b.dayOnly ? daySeconds : 0);
  const highest = difference + (a.dayOnly ? daySeconds : 0);
  const early = a.notBefore ? 0 : lowest - widestZone;
  const late = b.notBefore ? 0 : -highest - widestZone;
  return Math.max(0, early, late);
}
