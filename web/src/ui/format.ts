/** Everything that is turned into words the same way on each page. */
const kb = 1024;
const integer = new Intl.NumberFormat('en-US');
const oneDigit = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const dayAndYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const utcDay = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

export function bytes(size: number): string {
  if (size < kb) return `${integer.format(size)} B`;
  if (size < 1000 * kb) return `${integer.format(Math.round(size / kb))} kB`;
  if (size < 1000 * kb * kb) return `${oneDigit.format(size / kb / kb)} MB`;
  return `${oneDigit.format(size / kb / kb / kb)} GB`;
}

export function count(number: number): string {
  return integer.format(number);
}

/** "1 photo", "3 photos"; irregular plurals are given. */
export function counted(number: number, one: string, many = `${one}s`): string {
  return `${integer.format(number)} ${number === 1 ? one : many}`;
}

export function duration(milliseconds: number): string {
  if (milliseconds < 1) return '< 1 ms';
  if (milliseconds < 10_000) return `${integer.format(Math.round(milliseconds))} ms`;
  return `${oneDigit.format(milliseconds / 1000)} s`;
}

/** A day as the server counts them (UTC), given as YYYY-MM-DD. */
export function dayInUtc(isoDay: string): string {
  return utcDay.format(new Date(isoDay));
}

/** For evidence: absolute, with the zone. */
export function timeWithZone(iso: string): string {
  const time = new Date(iso);
  return `${dayAndYear.format(time)}, ${clock.format(time)} ${zone(time)}`;
}

/** For work lists: today and yesterday by name. */
export function timeInList(iso: string, now = new Date()): string {
  const time = new Date(iso);
  if (sameDay(time, now)) return `Today ${clock.format(time)}`;
  const yesterday = new Date(now);
  yesterday.setDate(now.getDate() - 1);
  if (sameDay(time, yesterday)) return `Yesterday ${clock.format(time)}`;
  return time.getFullYear() === now.getFullYear()
    ? `${day.format(time)} ${clock.format(time)}`
    : dayAndYear.format(time);
}

/** First and last groups of four, the middle left out. */
export function shortHash(hex: string, groups = 2): string {
  const parts = hex.match(/.{1,4}/g) ?? [];
  if (parts.length <= groups * 2) return parts.join(' ');
  return `${parts.slice(0, groups).join(' ')} … ${parts.slice(-groups).join(' ')}`;
}

/** "a, b and c" */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`;
}

function zone(time: Date): string {
  const minutes = -time.getTimezoneOffset();
  if (minutes === 0) return 'UTC';
  const pad = (value: number) => String(value).padStart(2, '0');
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '−' : '+'}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
}

function sameDay(a: Date, b: Date): boolean {
  return a.getFullYear() === b.getFullYear() && a.getMonth() === b.getMonth() && a.getDate() === b.getDate();
}
