/** Milliseconds. */
export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

/**
 * A reading of a clock. `wall` is what its hands showed, counted as if it were UTC: two readings without a zone can be
 * compared, but say nothing about the moment. `offsetMinutes` is how far the clock was ahead of UTC, where it said so.
 */
export type Reading = { wall: number; offsetMinutes: number | null };

const pattern =
  /^\s*(\d{4})[:-](\d{2})[:-](\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2})?\s*$/;

/** A time as EXIF, XMP and exiftool write it; null for what is none, such as `0000:00:00 00:00:00`. */
export function readTime(value: unknown, offset?: unknown): Reading | null {
  const match = typeof value === 'string' && value.length <= 40 ? pattern.exec(value) : null;
  if (match === null) return null;
  const [, year, month, date, hours, minutes, seconds = '0', fraction = '0', zone] = match;
  const wall = wallTime([year, month, date, hours, minutes, seconds].map(Number));
  if (wall === null) return null;
  return { wall: wall + Number(`0.${fraction}`) * second, offsetMinutes: readOffset(zone) ?? readOffset(offset) };
}

/** Year, month (1–12), day, hour, minute, second; null where no calendar has that day or no clock that hour. */
export function wallTime(parts: readonly number[]): number | null {
  const [year = 0, month = 0, date = 0, hours = 0, minutes = 0, seconds = 0] = parts;
  if (year < 1 || hours > 23 || minutes > 59 || seconds > 60) return null;
  const wall = Date.UTC(year, month - 1, date, hours, minutes, seconds);
  const read = new Date(wall);
  // 31 February would be read as a day in March.
  return read.getUTCMonth() === month - 1 && read.getUTCDate() === date ? wall : null;
}

/** `+02:00`, `+0200` or `Z` in minutes; null for anything else, and for offsets that no place on Earth has. */
function readOffset(value: unknown): number | null {
  if (value === 'Z') return 0;
  const match = typeof value === 'string' ? /^\s*([+-])(\d{2}):?(\d{2})\s*$/.exec(value) : null;
  if (match === null) return null;
  const minutes = (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]));
  return minutes >= -12 * 60 && minutes <= 14 * 60 ? minutes : null;
}

/** The moment itself, where the reading says its zone or the zone is known otherwise. */
export function momentOf({ wall, offsetMinutes }: Reading, knownOffset: number | null = null): number | null {
  const offset = offsetMinutes ?? knownOffset;
  return offset === null ? null : wall - offset * minute;
}

export function textOf(wall: number): string {
  return new Date(wall).toISOString().slice(0, 19).replace('T', ' ');
}

/** `+02:00` */
export function offsetText(minutes: number): string {
  const size = Math.abs(minutes);
  const pad = (value: number) => String(value).padStart(2, '0');
  return `${minutes < 0 ? '−' : '+'}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
}

/** `1 day 2 h`, `3 h 30 min`, `45 s`: the two largest units that are not zero. */
export function spanText(milliseconds: number): string {
  let rest = Math.round(Math.abs(milliseconds) / second);
  const parts: string[] = [];
  for (const [size, name] of [
    [day / second, 'day'],
    [hour / second, 'h'],
    [minute / second, 'min'],
    [1, 's'],
  ] as const) {
    const number = Math.floor(rest / size);
    rest -= number * size;
    if (number > 0) parts.push(`${number} ${name === 'day' && number > 1 ? 'days' : name}`);
  }
  return parts.length === 0 ? '0 s' : parts.slice(0, 2).join(' ');
}
