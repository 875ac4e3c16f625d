/** One figure, as ratio to a rival that was measured in the same run. */
export type Row = {
  id: string;
  name: string;
  /** In the unit the name says. */
  ours: number;
  /** Null where nobody else publishes the figure: then only the goal says whether it is good. */
  rival: number | null;
  ratio: number | null;
  goal: string;
};

/** What the command line says beside the names of the groups. */
export type Options = { listings: number };

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** Nearest-rank percentile. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN;
}

/** Milliseconds that a piece of work takes. */
export async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/**
 * Measures ours and the rival's in turns, so that what else the machine does falls on both, and gives the median of
 * each and the median of the ratios round by round.
 */
export async function interleave(
  rounds: number,
  ours: () => Promise<number>,
  rival: () => Promise<number>,
): Promise<{ ours: number; rival: number; ratio: number }> {
  const pairs: { ours: number; rival: number }[] = [];
  for (let round = 0; round < rounds; round += 1) pairs.push({ ours: await ours(), rival: await rival() });
  return {
    ours: median(pairs.map((pair) => pair.ours)),
    rival: median(pairs.map((pair) => pair.rival)),
    ratio: median(pairs.map((pair) => pair.ours / pair.rival)),
  };
}

export function row(
  id: string,
  name: string,
  measured: { ours: number; rival?: number; ratio?: number },
  goal: string,
): Row {
  const rival = measured.rival ?? null;
  return {
    id,
    name,
    ours: measured.ours,
    rival,
    ratio: measured.ratio ?? (rival === null ? null : measured.ours / rival),
    goal,
  };
}
