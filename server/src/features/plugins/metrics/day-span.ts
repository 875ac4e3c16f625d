import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';

const dayMilliseconds = 86_400_000;
const usualDays = 30;

type Asked = { day?: string | undefined; from?: string | undefined; to?: string | undefined };

/** The days that a receipt is for, both part of it: those that were named, or the last 30. @throws Problem invalid_request */
export function spanOf({ day, from, to }: Asked, now: Date): { from: string; to: string } {
  if (day !== undefined) {
    if (from !== undefined || to !== undefined) throw wrong('day', 'cannot stand beside from and to');
    const only = dayOf('day', day);
    return { from: only, to: only };
  }
  const last = to === undefined ? addDays(now.toISOString().slice(0, 10), 0) : dayOf('to', to);
  const first = from === undefined ? addDays(last, 1 - usualDays) : dayOf('from', from);
  const days = (Date.parse(last) - Date.parse(first)) / dayMilliseconds + 1;
  if (days < 1) throw wrong('from', 'is behind to');
  if (days > limits.metricsDays) throw wrong('from', `is more than ${limits.metricsDays} days before to`);
  return { from: first, to: last };
}

/** The form was checked by the row; that there is such a day was not. @throws Problem invalid_request */
export function dayOf(field: string, text: string): string;
export function dayOf(field: string, text: string | undefined): string | null;
export function dayOf(field: string, text: string | undefined): string | null {
  if (text === undefined) return null;
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  // The bounds keep every calculation within what databases and ISO texts of four digits can say.
  if (time >= 0 && time < Date.UTC(9_999, 0) && new Date(time).toISOString().startsWith(text)) return text;
  throw wrong(field, 'is not a day such as 2026-11-30');
}

/** The day so many days later. */
export function addDays(day: string, days: number): string {
  const time = Date.parse(day) + days * dayMilliseconds;
  if (!(time >= 0)) throw wrong('from', 'is too long ago');
  return new Date(time).toISOString().slice(0, 10);
}

function wrong(field: string, message: string): Problem {
  return new Problem('invalid_request', undefined, [{ field, message }]);
}
