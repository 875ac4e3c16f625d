import type { RunParts } from './parts.ts';

export type Runs = RunParts & AsyncDisposable;

/**
 * Takes up the runs that a crash interrupted and begins to work on waiting ones. Open it after the plugins, so that
 * what they registered is there; dispose it before them: runs under way are then given back and taken up at the next start.
 */
export async function openRuns(_parts: RunParts): Promise<Runs> {
  throw new Error('replaced by the implementation');
}
