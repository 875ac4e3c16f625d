import { expect, test } from 'vitest';
import { add, merge, percentile, type Histogram } from './histogram.ts';

function of(values: readonly number[]): Histogram {
  const histogram: Histogram = {};
  for (const value of values) add(histogram, value);
  return histogram;
}

test('percentiles are within 5 % of the true ones over seven orders of magnitude', () => {
  for (const scale of [0.02, 0.3, 4, 50, 600, 7_000, 80_000]) {
    const values = Array.from({ length: 1_000 }, (_, index) => scale * (1 + index / 300));
    const histogram = of(values);
    for (const fraction of [0.5, 0.95]) {
      const exact = values[Math.ceil(values.length * fraction) - 1] ?? 0;
      expect(Math.abs((percentile(histogram, fraction) ?? 0) / exact - 1)).toBeLessThan(0.05);
    }
  }
});

test('two histograms add up to the histogram of all calls, also when the database gives the counts as text', () => {
  const text = JSON.parse('{"100":"3"}') as Histogram; // what merge_counts of PostgreSQL may give
  expect(merge([of([1, 2, 3]), of([1, 500])])).toEqual(of([1, 2, 3, 1, 500]));
  expect(merge([text, { 100: 1 }])).toEqual({ 100: 4 });
});

test('values that make no sense are counted and never break a histogram', () => {
  const histogram = of([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e300]);
  expect(Object.keys(histogram)).toHaveLength(2);
  expect(percentile({}, 0.5)).toBe(null);
  expect(percentile(histogram, 0.5)).toBeGreaterThan(0);
});
