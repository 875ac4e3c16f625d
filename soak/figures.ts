/** Values of which only so many are kept, each with the same chance: a run of any length takes the same memory. */
export class Sample {
  count = 0;
  readonly #kept: number[] = [];
  readonly #most = 50_000;

  add(value: number): void {
    this.count += 1;
    if (this.#kept.length < this.#most) this.#kept.push(value);
    else {
      const at = Math.floor(Math.random() * this.count);
      if (at < this.#most) this.#kept[at] = value;
    }
  }

  percentile(share: number): number {
    const sorted = [...this.#kept].sort((a, b) => a - b);
    return round(sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0);
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** By least squares: what is added each minute. */
export function slopePerMinute(points: readonly { at: number; value: number }[]): number {
  const count = points.length;
  if (count < 2) return 0;
  const meanAt = points.reduce((sum, { at }) => sum + at, 0) / count;
  const meanValue = points.reduce((sum, { value }) => sum + value, 0) / count;
  const over = points.reduce((sum, { at, value }) => sum + (at - meanAt) * (value - meanValue), 0);
  const under = points.reduce((sum, { at }) => sum + (at - meanAt) ** 2, 0);
  return under === 0 ? 0 : round((over / under) * 60_000);
}

export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
