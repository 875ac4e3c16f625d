import { limits } from '@proofpix/contract/limits';
import type { Installation, Measure } from '@proofpix/host/capabilities';
import { add, merge } from '../metrics/histogram.ts';
import type { Series } from './queries.ts';

/** What plugins count about themselves, kept in memory and written with the metrics: no call waits for the database. */
export type Analytics = {
  measure(installation: Pick<Installation, 'id'>, measure: Measure): void;
  /** Everything counted since the last time, to be added to what is stored; what is held waits for its rows. */
  take(isHeld: (installationId: string) => boolean): Series[];
  /** Puts back what could not be written. */
  restore(series: readonly Series[]): void;
  isEmpty(): boolean;
  forget(installationId: string): void;
};

export function createAnalytics(now: () => number = Date.now): Analytics {
  /** By installation and day, then by kind, name and value. */
  const counted = new Map<string, Map<string, Series>>();

  function seriesOf(named: Pick<Series, 'installationId' | 'day' | 'kind' | 'name' | 'value'>): Series {
    const key = `${named.installationId} ${named.day}`;
    let own = counted.get(key);
    if (own === undefined) counted.set(key, (own = new Map()));
    let series = own.get(keyOf(named));
    if (series !== undefined) return series;
    // A plugin that counts under ever new names fills neither this memory nor the table.
    const wanted = own.size < limits.analyticsNames ? named : { ...named, ...beyond };
    series = own.get(keyOf(wanted));
    if (series === undefined) {
      series = { ...wanted, count: 0, sum: 0, minimum: null, maximum: null, histogram: {} };
      own.set(keyOf(wanted), series);
    }
    return series;
  }

  return {
    measure({ id }, measure) {
      const day = dayOf(new Date(now()));
      const value = measure.kind === 'track' ? (measure.value ?? '') : '';
      const series = seriesOf({ installationId: id, day, kind: measure.kind, name: measure.name, value });
      series.count += 1;
      if (measure.kind === 'track') return;
      const amount = measure.kind === 'count' ? measure.by : measure.milliseconds;
      series.sum += amount;
      if (measure.kind === 'count') return;
      series.minimum = Math.min(series.minimum ?? amount, amount);
      series.maximum = Math.max(series.maximum ?? amount, amount);
      add(series.histogram, amount);
    },
    take(isHeld) {
      const taken: Series[] = [];
      for (const [key, own] of counted) {
        const [first] = own.values();
        if (first !== undefined && isHeld(first.installationId)) continue;
        taken.push(...own.values());
        counted.delete(key);
      }
      return taken;
    },
    restore(rows) {
      for (const row of rows) addSeries(seriesOf(row), row);
    },
    isEmpty: () => counted.size === 0,
    forget(installationId) {
      for (const key of counted.keys()) if (key.startsWith(`${installationId} `)) counted.delete(key);
    },
  };
}

/** Under which the rest goes together. */
export const beyond = { name: 'other', value: '' } as const;

export function addSeries(to: Series, more: Series): void {
  to.count += more.count;
  to.sum += more.sum;
  if (more.minimum !== null) to.minimum = Math.min(to.minimum ?? more.minimum, more.minimum);
  if (more.maximum !== null) to.maximum = Math.max(to.maximum ?? more.maximum, more.maximum);
  to.histogram = merge([to.histogram, more.histogram]);
}

export function keyOf({ kind, name, value }: Pick<Series, 'kind' | 'name' | 'value'>): string {
  return JSON.stringify([kind, name, value]);
}

/** UTC, as 2026-11-30. */
export function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}
