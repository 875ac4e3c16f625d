import type { Waiting } from './queries.ts';

/** How many runs go at once. Most of a run is waiting for plugins; each holds its results in memory. */
export const bounds = {
  /** Of one organisation. */
  each: 4,
  /** Of all organisations together … */
  together: 16,
  /** … to which an organisation that has no run under way may add its first: it never waits for the long runs of others. */
  withFirsts: 64,
} as const;

export type Turns = {
  /** Runs under way, by organisation. */
  underWay: ReadonlyMap<string, number>;
  /** When an organisation was served last: a number that grows with each run. */
  served: ReadonlyMap<string, number>;
};

/**
 * The next run: of the organisation with the fewest runs under way, among those of the one that was served longest ago.
 * So organisations take turns, and 1,000 waiting runs of one cost another at most the rest of a run that is under way.
 * First come, first served would let the thousand go first; a fixed share for each would leave most of the machine idle
 * when only one has work.
 */
export function pickRun(waiting: readonly Waiting[], { underWay, served }: Turns): Waiting | undefined {
  const total = [...underWay.values()].reduce((sum, count) => sum + count, 0);
  const rank = ({ organisationId }: Waiting) =>
    [underWay.get(organisationId) ?? 0, served.get(organisationId) ?? 0] as const;
  const [next] = waiting
    .filter(({ organisationId }) => {
      const own = underWay.get(organisationId) ?? 0;
      return own < bounds.each && total < (own === 0 ? bounds.withFirsts : bounds.together);
    })
    .map((run) => ({ run, rank: rank(run) }))
    .sort((a, b) => a.rank[0] - b.rank[0] || a.rank[1] - b.rank[1]);
  return next?.run;
}
