import { limits } from '@proofpix/contract/limits';
import type { Tx } from '../../../db/tenancy.ts';
import { addSeries, beyond, keyOf } from './measure.ts';
import { addSeriesRows, findKnown, type Series } from './queries.ts';

/** Adds what was counted. Past so many names of an installation on a day, new ones go together under "other". */
export async function writeAnalytics(tx: Tx, series: readonly Series[]): Promise<void> {
  if (series.length === 0) return;
  const named = new Map<string, Series>();
  const taken = new Map<string, number>();
  const known = new Map((await findKnown(tx, series)).map((row) => [wholeKey(row), row]));
  for (const one of series) {
    const own = `${one.installationId} ${one.day}`;
    const stored = known.get(wholeKey(one));
    const rows = taken.get(own) ?? stored?.rows ?? 0;
    const isNew = !(stored?.known ?? false);
    const wanted = isNew && rows >= limits.analyticsNames ? { ...one, ...beyond } : one;
    taken.set(own, isNew && wanted === one ? rows + 1 : rows);
    const before = named.get(wholeKey(wanted));
    if (before === undefined) named.set(wholeKey(wanted), { ...wanted, histogram: { ...wanted.histogram } });
    else addSeries(before, wanted);
  }
  await addSeriesRows(tx, [...named.values()]);
}

function wholeKey(series: Pick<Series, 'installationId' | 'day' | 'kind' | 'name' | 'value'>): string {
  return `${series.installationId} ${series.day} ${keyOf(series)}`;
}
