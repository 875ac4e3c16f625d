import { expect, test } from 'vitest';
import { minorUnits } from './minor-units.ts';

test('what is typed becomes whole minor units, with a point or a comma, and nothing else does', () => {
  for (const [typed, digits, amount] of [
    ['19', 2, 1_900],
    ['19.9', 2, 1_990],
    [' 19,99 ', 2, 1_999],
    // As a fraction it would be 114.99999999999999 hundredths.
    ['1.15', 2, 115],
    ['1900', 0, 1_900],
    ['100000', 2, 10_000_000],
  ] as const)
    expect(minorUnits(typed, digits), typed).toBe(amount);
  for (const typed of ['', '0', '0.00', '-1', '1.999', '1e3', '100000.01', '1,000.00', 'NaN'])
    expect(minorUnits(typed, 2), typed).toBeNull();
  expect(minorUnits('19.5', 0)).toBeNull();
});
