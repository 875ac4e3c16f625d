import type { Advisory } from './advisory.ts';

export type PackageQuery = { name: string; version: string | null };

/** All advisories that may concern one package, or why they could not be had. */
export type LookUp = { advisories: readonly Advisory[]; fault: string | null };

/** Where advisories come from. It is asked, not believed: whether one applies is worked out from its own ranges. */
export type AdvisorySource = {
  /** For people: where what is said comes from. Says nothing about this machine. */
  label: string;
  /** One answer for each query, in their order. Never throws for what a source does. */
  lookUp(queries: readonly PackageQuery[], signal?: AbortSignal): Promise<readonly LookUp[]>;
};

/** A source that is set and cannot be used is told apart from none. */
export function faultFor(queries: readonly PackageQuery[], fault: string): LookUp[] {
  return queries.map(() => ({ advisories: [], fault }));
}
