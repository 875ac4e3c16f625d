import type { Runner } from '../runner-process.ts';
import { spawnRunner } from '../spawn-runner.ts';

/** More than a boot takes on the slowest machine we know, by far. */
const bootMilliseconds = 20_000;

/**
 * A process that compiles is a runner like any other, behind the same layers and with the same flags of V8, that is asked
 * for nothing else: the first file makes it refuse to load a plugin.
 */
export function startCompiler(signal: AbortSignal): Promise<Runner> {
  return spawnRunner({ bootMilliseconds, signal });
}
