import type { Json } from './json.ts';
import type { Disagreement, Report, Source } from './runs.ts';

export type Reading = Disagreement['readings'][number];
export type Origin = Reading['origin'];
type Said = { value: Json; source: Source | null };
export type Part = Pick<Report, 'metadata' | 'sources' | 'conflicts'>;

/** Who reads a photo may be many; what nobody can survey on one row is not listed. */
export const mostReadings = 20;
export const longestValue = 200;
/** Everything that was said about a tag: once, unless plugins differ. */
export function said(part: Part, tag: string): Said[] {
  const conflict = part.conflicts.find((candidate) => candidate.tag === tag);
  if (conflict !== undefined) return conflict.values.slice(0, mostReadings);
  // Tags are strangers' words: nothing inherited may answer for them.
  const value = Object.hasOwn(part.metadata, tag) ? part.metadata[tag] : undefined;
  if (value === undefined || value === null) return [];
  return [{ value, source: (Object.hasOwn(part.sources, tag) ? part.sources[tag] : undefined) ?? null }];
}

export function text({ value }: Said): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim().slice(0, longestValue) : '';
}

export function number(part: Part, tag: string): number | null {
  const [first] = said(part, tag);
  return typeof first?.value === 'number' && Number.isFinite(first.value) ? first.value : null;
}

/** The largest of what each two of them measure. */
export function furthest<Item>(items: readonly Item[], measure: (a: Item, b: Item) => number): number {
  return items.reduce(
    (most, a, index) => items.slice(index + 1).reduce((inner, b) => Math.max(inner, measure(a, b)), most),
    0,
  );
}

/** Of several tags that mean the same, the best that is there. */
export function first<Item>(...lists: Item[][]): Item[] {
  return lists.find((list) => list.length > 0) ?? [];
}
