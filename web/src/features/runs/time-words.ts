import type { RecordedTime } from '@proofpix/contract/recorded-time';
import { recordedTime } from '@proofpix/contract/recorded-time';
import { texts } from '../../i18n.ts';

/** A clock as it was written: no zone is added, none is converted. */
export function clockText({ local, dayOnly }: RecordedTime, seconds = true): string {
  // The clock's own figures are kept as if they were UTC, so only UTC shows them unchanged.
  return new Intl.DateTimeFormat(texts.language === 'en' ? 'en-GB' : texts.language, {
    timeZone: 'UTC',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    ...(dayOnly ? {} : { hour: '2-digit', minute: '2-digit', ...(seconds ? { second: '2-digit' } : {}) }),
  }).format(local);
}

/** "UTC", "+01:00", or nothing where the zone is not recorded. */
export function zoneText({ offset }: RecordedTime): string {
  if (offset === null) return '';
  if (offset === 0) return 'UTC';
  const size = Math.abs(offset);
  const two = (number: number) => String(number).padStart(2, '0');
  return `${offset < 0 ? '−' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** "2026:11:12 16:42:08+01:00" → "12 Nov 2026, 16:42:08 +01:00"; null for what is no time. */
export function writtenTimeText(value: string): string | null {
  const time = recordedTime(value);
  if (time === null) return null;
  const zone = zoneText(time);
  return zone === '' ? clockText(time) : `${clockText(time)} ${zone}`;
}

/** How far apart, in the two largest units that are not nothing. */
export function spanText(seconds: number): string {
  const units = [
    ['day', Math.floor(seconds / 86_400)],
    ['hour', Math.floor((seconds % 86_400) / 3600)],
    ['minute', Math.floor((seconds % 3600) / 60)],
    ['second', Math.round(seconds % 60)],
  ] as const;
  const first = units.findIndex(([, number]) => number > 0);
  const shown = units.slice(Math.max(0, first), Math.max(0, first) + 2).filter(([, number]) => number > 0);
  return shown
    .map(([unit, number]) =>
      new Intl.NumberFormat(texts.language, {
        style: 'unit',
        unit,
        unitDisplay: unit === 'day' ? 'long' : 'short',
      }).format(number),
    )
    .join(' ');
}
