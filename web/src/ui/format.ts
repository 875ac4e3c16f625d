/**
 * Everything that is turned into words the same way on each page, in the language that was set last. The language is
 * set in one place, before the first page is drawn; whoever changes it draws the pages anew.
 */
const kb = 1024;
let format = formatsOf('en');

export function setFormatLanguage(language: string): void {
  format = formatsOf(language);
}

function formatsOf(language: string) {
  // English in the British order of a date, with commas in numbers.
  const numbers = language === 'en' ? 'en-US' : language;
  const words = language === 'en' ? 'en-GB' : language;
  const time = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(words, options);
  return {
    integer: new Intl.NumberFormat(numbers),
    oneDigit: new Intl.NumberFormat(numbers, { maximumFractionDigits: 1 }),
    twoDigits: new Intl.NumberFormat(numbers, { maximumFractionDigits: 2 }),
    day: time({ day: 'numeric', month: 'short' }),
    dayAndYear: time({ day: 'numeric', month: 'short', year: 'numeric' }),
    utcDay: time({ day: 'numeric', month: 'short', timeZone: 'UTC' }),
    utcMonth: time({ month: 'long', year: 'numeric', timeZone: 'UTC' }),
    clock: time({ hour: '2-digit', minute: '2-digit' }),
    relative: new Intl.RelativeTimeFormat(words, { numeric: 'auto' }),
    list: new Intl.ListFormat(words, { type: 'conjunction' }),
    money: (currency: string) => new Intl.NumberFormat(words, { style: 'currency', currency }),
  };
}

export function bytes(size: number): string {
  if (size < kb) return `${format.integer.format(size)} B`;
  if (size < 1000 * kb) return `${format.integer.format(Math.round(size / kb))} kB`;
  if (size < 1000 * kb * kb) return `${format.oneDigit.format(size / kb / kb)} MB`;
  return `${format.oneDigit.format(size / kb / kb / kb)} GB`;
}

export function count(number: number): string {
  return format.integer.format(number);
}

/** With at most one digit behind the comma. */
export function decimal(number: number): string {
  return format.oneDigit.format(number);
}

/** A part of one as "97 %", with the space in every language. */
export function percent(part: number): string {
  return `${format.integer.format(Math.round(part * 100))} %`;
}

/** Hundredths of a percent, to the last of them: 775 is "7.75 %". */
export function rate(basisPoints: number): string {
  return `${format.twoDigits.format(basisPoints / 100)} %`;
}

export function duration(milliseconds: number): string {
  if (milliseconds < 1) return '< 1 ms';
  if (milliseconds < 10_000) return `${format.integer.format(Math.round(milliseconds))} ms`;
  return `${format.oneDigit.format(milliseconds / 1000)} s`;
}

/** A day as the server counts them (UTC), given as YYYY-MM-DD. */
export function dayInUtc(isoDay: string): string {
  return format.utcDay.format(new Date(isoDay));
}

/** A month as the server counts them (UTC), given as YYYY-MM. */
export function monthInUtc(isoMonth: string): string {
  return format.utcMonth.format(new Date(isoMonth));
}

/** For evidence: absolute, with the zone. */
export function timeWithZone(iso: string): string {
  const time = new Date(iso);
  return `${format.dayAndYear.format(time)}, ${format.clock.format(time)} ${zone(time)}`;
}

/** For work lists: today and yesterday by name. */
export function timeInList(iso: string, now = new Date()): string {
  const time = new Date(iso);
  if (sameDay(time, now)) return `${dayByName(0)} ${format.clock.format(time)}`;
  const yesterday = new Date(now);
  yesterday.setDate(now.getDate() - 1);
  if (sameDay(time, yesterday)) return `${dayByName(-1)} ${format.clock.format(time)}`;
  return time.getFullYear() === now.getFullYear()
    ? `${format.day.format(time)} ${format.clock.format(time)}`
    : format.dayAndYear.format(time);
}

/** The hour and minute alone, where the day is said elsewhere. */
export function clockTime(iso: string): string {
  return format.clock.format(new Date(iso));
}

/** First and last groups of four, the middle left out. */
export function shortHash(hex: string, groups = 2): string {
  const parts = hex.match(/.{1,4}/g) ?? [];
  if (parts.length <= groups * 2) return parts.join(' ');
  return `${parts.slice(0, groups).join(' ')} … ${parts.slice(-groups).join(' ')}`;
}

/** Given in minor units, of which a currency has 0 to 3 digits. */
export function money(amount: number, currency: string): string {
  const words = format.money(currency);
  return words.format(amount / 10 ** (words.resolvedOptions().maximumFractionDigits ?? 2));
}

/** "a, b and c" */
export function listed(words: readonly string[]): string {
  return format.list.format(words);
}

function dayByName(offset: number): string {
  const name = format.relative.format(offset, 'day');
  return name.charAt(0).toUpperCase() + name.slice(1);
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
