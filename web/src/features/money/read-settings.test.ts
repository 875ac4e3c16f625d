import { describe, expect, test } from 'vitest';
import { basisPointsOf, daysOf, percentOf, taxesOf } from './read-settings.ts';

describe('what an operator types', () => {
  test('is a rate by its digits, in either way of writing it', () => {
    expect(['30', '7.5', '7,75', ' 19 % ', '0'].map((each) => basisPointsOf(each, 100))).toEqual([
      3000, 750, 775, 1900, 0,
    ]);
    expect(['', '-1', '101', '1.234', '1e1', 'NaN'].map((each) => basisPointsOf(each, 100))).toEqual(
      Array(6).fill(null),
    );
  });

  test('comes back as it was typed', () => {
    expect([3000, 750, 775, 705, 0].map(percentOf)).toEqual(['30', '7.5', '7.75', '7.05', '0']);
  });

  test('is a number of days within a year', () => {
    expect(daysOf('30', 0)).toBe(30);
    expect([daysOf('0', 1), daysOf('366', 0), daysOf('1.5', 0), daysOf('', 0)]).toEqual([null, null, null, null]);
  });

  test('is a country a line, and names the line that is not', () => {
    expect(taxesOf('de 19\n\nFR 20 %\n')).toEqual({
      taxes: [
        { country: 'DE', basisPoints: 1900 },
        { country: 'FR', basisPoints: 2000 },
      ],
    });
    expect(taxesOf('DE 19\nGermany 7')).toEqual({ wrong: 'Germany 7' });
    expect(taxesOf('DE 19\nde 7')).toEqual({ wrong: 'de 7' });
    expect(taxesOf('')).toEqual({ taxes: [] });
  });
});
