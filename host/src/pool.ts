import { manifestLimits } from '@proofpix/contract/limits';
import { limitMemory } from './memory-limit.ts';
import { ProcessFiles } from './process-files.ts';
import type { Runner } from './runner-process.ts';
import { spawnRunner } from './spawn-runner.ts';

/** More than a boot takes on the slowest machine we know, by far. */
const bootMilliseconds = 20_000;

export type Pool = AsyncDisposable & {
  /** A booted runner that never held a plugin. @throws Error when none can be started */
  take(): Promise<Runner>;
  /** Boots the spares. Not done at once: while a server starts, the processor has better things to do. */
  prepare(): void;
  /** Rejects when no runner can be started. */
  ping(): Promise<void>;
};

/**
 * Keeps booted runners ready, because starting one takes a hundred times as long as loading a plugin. A runner is handed
 * out once and never comes back: what one plugin left behind in it must not meet another.
 */
export function createPool(options: { spare: number; runnerFile?: string }): Pool {
  const closing = new AbortController();
  const alive = new Set<Runner>();
  const starting = new Set<Promise<unknown>>();
  const spares: Promise<Runner | null>[] = [];

  async function start(): Promise<Runner> {
    const spawning = spawnRunner({ file: options.runnerFile, bootMilliseconds, signal: closing.signal });
    starting.add(spawning);
    const runner = await spawning.finally(() => starting.delete(spawning));
    alive.add(runner);
    void runner.gone.then(() => alive.delete(runner));
    await presetMemory(runner);
    if (!alive.has(runner)) throw new Error('The runner ended before it was used.');
    return runner;
  }

  function refill(): void {
    // A spare that does not start is no error yet: the next `take` tries again and reports it.
    while (!closing.signal.aborted && spares.length < options.spare) spares.push(start().catch(() => null));
  }

  return {
    prepare: refill,
    async take() {
      closing.signal.throwIfAborted();
      for (let spare = spares.shift(); spare !== undefined; spare = spares.shift()) {
        const runner = await spare;
        // A spare may have been ended from outside while it waited.
        if (runner !== null && alive.has(runner)) {
          refill();
          return runner;
        }
      }
      const runner = await start();
      refill();
      return runner;
    },

    async ping() {
      const spare = await spares[0];
      if (spare && alive.has(spare)) return;
      const runner = await start();
      runner.kill();
      await runner.gone;
    },

    async [Symbol.asyncDispose]() {
      closing.abort(new Error('The host is closed.'));
      await Promise.allSettled([...spares, ...starting]);
      const all = [...alive];
      for (const runner of all) runner.kill();
      await Promise.all(all.map((runner) => runner.gone));
    },
  };
}

/**
 * Most plugins want the usual memory: their limit is set while nobody waits, since the command that sets it takes longer
 * than loading a small plugin. Not final, so that it can still be raised for others.
 */
async function presetMemory(runner: Runner): Promise<void> {
  const files = new ProcessFiles(runner.pid);
  const peak = files.readPeak();
  files.close();
  if (peak === null) return;
  const bytes = peak.dataBytes + manifestLimits.memory.default * 1024 * 1024;
  runner.hasUsualLimit = await limitMemory(runner.pid, bytes, { final: false });
}
