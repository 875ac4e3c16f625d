import type { LayerState } from '@proofpix/contract/sandbox-layers';
import { candidates } from './candidates.ts';
import type { Confinement } from './command.ts';
import { layerStates, withoutLayers } from './layer-states.ts';
import { probe } from './probe.ts';
import { programs as found, type Programs } from './programs.ts';
import { readableOf } from './command.ts';

/** How runners are started on this machine, and which layers that gives them. */
export type Confined = {
  readonly confinement: Confinement;
  readonly layers: readonly LayerState[];
  /** Why stronger ways did not work, the strongest first. For the log: it may name paths of the machine. */
  readonly refusals: readonly string[];
};

/**
 * Finds the strongest way that works, by trying. Programs are named by tests alone.
 *
 * @param nodeArguments - with which Node starts a runner
 * @throws Error when no runner can be started at all
 */
export async function confine(nodeArguments: readonly string[], programs: Programs = found): Promise<Confined> {
  const isRoot = process.getuid?.() === 0;
  const ways = await candidates(programs, isRoot);
  const bare = ways.at(-1);
  if (process.platform !== 'linux' && bare !== undefined)
    return { confinement: bare, layers: withoutLayers(), refusals: [] };
  const files = nodeArguments.filter((each) => each.startsWith('/'));
  const runner = { files, readable: readableOf(nodeArguments) };
  const refusals: string[] = [];
  for (const confinement of ways) {
    try {
      const findings = await probe(confinement, runner);
      return { confinement, layers: layerStates({ confinement, findings, isRoot }), refusals };
    } catch (error) {
      refusals.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new Error(`No runner can be started on this machine: ${refusals.join(' · ')}`);
}
