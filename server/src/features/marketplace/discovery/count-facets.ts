import type { Facets } from '@proofpix/contract/api/marketplace';
import type { Filters, Found } from './search/queries.ts';

type Counted = Exclude<keyof Facets, 'publisher'>;
const counted: readonly Counted[] = ['category', 'type', 'permission', 'verdict', 'source'];

/** How many each value would leave with all other filters as they are, and how many are left by all of them. */
export function countFacets(
  found: Pick<Found, 'groups' | 'publishers'>,
  filters: Filters,
): { facets: Facets; total: number } {
  const sums = new Map(counted.map((name) => [name, new Map<string, number>()]));
  let total = 0;
  for (const { source, facets, count } of found.groups) {
    const values = { source: [source], ...readFacets(facets) };
    const failed = counted.filter((name) => !fits(values[name], filters[name]));
    if (failed.length === 0) total += count;
    for (const name of failed.length === 0 ? counted : failed.length === 1 ? failed : []) {
      const sum = sums.get(name);
      for (const value of values[name]) sum?.set(value, (sum.get(value) ?? 0) + count);
    }
  }
  const list = (name: Counted) =>
    [...(sums.get(name) ?? [])]
      .map(([value, count]) => ({ value, count }))
      .toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
  return {
    total,
    facets: {
      category: list('category'),
      type: list('type'),
      permission: list('permission'),
      verdict: list('verdict'),
      source: list('source'),
      publisher: found.publishers,
    },
  };
}

/** As migration 0023 writes them. */
function readFacets(text: string): Record<Exclude<Counted, 'source'>, readonly string[]> {
  const [type = '', category = '', verdict = '', ...rest] = text.split(' ');
  const permissions = JSON.parse(rest.join(' ')) as string[]; // from a manifest that was checked
  return { type: [type], category: [category], verdict: verdict === '-' ? [] : [verdict], permission: permissions };
}

function fits(values: readonly string[], wanted: readonly string[] | undefined): boolean {
  return wanted === undefined || wanted.length === 0 || values.some((value) => wanted.includes(value));
}
