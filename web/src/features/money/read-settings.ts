import type { MoneySettings } from '@proofpix/contract/api/money';
import { highestTaxBasisPoints } from '@proofpix/contract/money/prices';

/** Hundredths of a percent of what somebody typed, by its digits and never by a fraction; null where it is none. */
export function basisPointsOf(typed: string, highestPercent: number): number | null {
  const [, whole, fraction = ''] = /^\s*(\d{1,3})(?:[.,](\d{1,2}))?\s*%?\s*$/.exec(typed) ?? [];
  if (whole === undefined) return null;
  const basisPoints = Number(whole + fraction.padEnd(2, '0'));
  return basisPoints <= highestPercent * 100 ? basisPoints : null;
}

/** The other way round: 1900 is 19, 775 is 7.75. */
export function percentOf(basisPoints: number): string {
  const whole = Math.floor(basisPoints / 100);
  const rest = String(basisPoints % 100).padStart(2, '0');
  return rest === '00' ? String(whole) : `${whole}.${rest.replace(/0$/, '')}`;
}

/** A whole number of days up to a year; null where it is none. */
export function daysOf(typed: string, least: number): number | null {
  const trimmed = typed.trim();
  if (!/^\d{1,3}$/.test(trimmed)) return null;
  const days = Number(trimmed);
  return days >= least && days <= 365 ? days : null;
}

/** A line each: a country of two letters, and percent. `wrong` is the first line that cannot be read, or comes twice. */
export function taxesOf(text: string): { taxes: MoneySettings['taxes'] } | { wrong: string } {
  const taxes = new Map<string, number>();
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line === '') continue;
    const [, country, rate] = /^([A-Za-z]{2})\s+(\S+(?:\s*%)?)$/.exec(line) ?? [];
    const basisPoints = rate === undefined ? null : basisPointsOf(rate, highestTaxBasisPoints / 100);
    const named = country?.toUpperCase();
    if (named === undefined || basisPoints === null || taxes.has(named)) return { wrong: line };
    taxes.set(named, basisPoints);
  }
  return { taxes: [...taxes].map(([country, basisPoints]) => ({ country, basisPoints })) };
}
