import { merge, percentile, type Histogram } from './histogram.ts';

/** How long calls took, of days that were kept apart. Null without any call. */
export function readPercentiles(histograms: readonly Histogram[]): {
  p50Milliseconds: number | null;
  p95Milliseconds: number | null;
} {
  const all = merge(histograms);
  return { p50Milliseconds: percentile(all, 0.5), p95Milliseconds: percentile(all, 0.95) };
}
