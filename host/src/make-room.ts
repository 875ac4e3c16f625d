import type { Installed } from './installed.ts';

/** So long an organisation waits for others to become idle; then those that have most give one up. */
const patienceMilliseconds = 1_000;

/**
 * Ends a runner that can be spared: the one that has been idle longest, whoever's it is. When all are busy, the
 * organisation that has most of them gives one up as soon as its calls in flight have ended, or else one organisation with
 * enough calls could keep all others out for ever. Null when there is nothing to be had now.
 */
export function makeRoom(
  all: Iterable<Installed>,
  organisationId: string,
  waitedMilliseconds: number,
): Promise<void> | null {
  const now = performance.now();
  const held = new Map<string, Installed[]>();
  let idle: Installed | null = null;
  for (const installed of all) {
    if (!installed.hasRunner) continue;
    if (installed.canEvict(now) && (idle === null || installed.usedAt < idle.usedAt)) idle = installed;
    const owner = installed.installation.organisationId;
    const beside = held.get(owner);
    if (beside === undefined) held.set(owner, [installed]);
    else beside.push(installed);
  }
  if (idle !== null) return idle.evict();
  if (waitedMilliseconds < patienceMilliseconds) return null;
  const [most = []] = [...held.values()].sort((a, b) => b.length - a.length);
  const own = held.get(organisationId) ?? [];
  // Who has as many as anybody takes turns with itself.
  const [least] = (own.length === most.length ? own : most)
    .filter(({ isDraining }) => !isDraining)
    .sort((a, b) => a.state().openCalls - b.state().openCalls || a.usedAt - b.usedAt);
  return least?.drain() ?? null;
}
