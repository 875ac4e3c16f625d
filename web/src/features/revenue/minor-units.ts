import { highestPrice } from '@proofpix/contract/money/prices';

/** Minor units of what somebody typed, by its digits and never by a fraction; null where it is no price. */
export function minorUnits(typed: string, digits: number): number | null {
  const [, whole, fraction = ''] = /^\s*(\d{1,9})(?:[.,](\d+))?\s*$/.exec(typed) ?? [];
  if (whole === undefined || fraction.length > digits) return null;
  const amount = Number(whole + fraction.padEnd(digits, '0'));
  return amount >= 1 && amount <= highestPrice ? amount : null;
}
