/** Counts by bucket number: how often a call took about so long. Sparse, JSON, and added bucket by bucket. */
export type Histogram = Record<string, number>;

/** Each bucket is 5 % wider than the one before, so its geometric middle is at most 2.5 % away from any value in it. */
const growth = Math.log(1.05);
const smallest = 0.01;
/** The last bucket: an hour. Whatever takes longer is counted there, so a histogram has at most 400 buckets. */
const lastBucket = Math.ceil(Math.log(3_600_000 / smallest) / growth);

export function bucketOf(milliseconds: number): number {
  if (!(milliseconds > smallest)) return 0;
  return Math.min(Math.ceil(Math.log(milliseconds / smallest) / growth), lastBucket);
}

export function add(histogram: Histogram, milliseconds: number): void {
  const bucket = bucketOf(milliseconds);
  histogram[bucket] = (histogram[bucket] ?? 0) + 1;
}

export function merge(histograms: readonly Histogram[]): Histogram {
  const merged: Histogram = {};
  for (const histogram of histograms) {
    for (const [bucket, count] of Object.entries(histogram)) merged[bucket] = (merged[bucket] ?? 0) + Number(count);
  }
  return merged;
}

/** The value below which the fraction of calls lies (nearest rank), or null before the first call. */
export function percentile(histogram: Histogram, fraction: number): number | null {
  const buckets = Object.entries(histogram)
    .map(([bucket, count]) => ({ bucket: Number(bucket), count: Number(count) }))
    .sort((a, b) => a.bucket - b.bucket);
  const total = buckets.reduce((sum, { count }) => sum + count, 0);
  let rest = Math.ceil(total * fraction);
  for (const { bucket, count } of buckets) {
    rest -= count;
    if (rest <= 0) return middleOf(bucket);
  }
  return null;
}

function middleOf(bucket: number): number {
  const middle = bucket === 0 ? smallest : smallest * Math.exp((bucket - 0.5) * growth);
  return Number(middle.toPrecision(4));
}
