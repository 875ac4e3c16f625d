import { availableParallelism, totalmem } from 'node:os';
import { Problem } from '@proofpix/contract/errors';
import { manifestLimits } from '@proofpix/contract/limits';
import { FairQueue } from './fair-queue.ts';
import { limitMemory } from './memory-limit.ts';
import { ProcessFiles } from './process-files.ts';
import type { Runner } from './runner-process.ts';

/** How often is looked for a runner that could be ended while somebody waits and none may be started. */
const roomMilliseconds = 25;
const MB = 1024 * 1024;

export type PoolOptions = {
  /** Booted runners kept ready. */
  spare: number;
  /** Before each spare boots, and after the last one was taken: whoever took it has the processor for themselves. */
  refillMilliseconds?: number;
  /** Processes at a time, spares included. */
  maximum: number;
  /** Starts one and waits until it has booted. */
  spawn(signal: AbortSignal): Promise<Runner>;
  /**
   * What the kernel lets a process have beyond what it booted with. Set while nobody waits, since the command that sets it
   * takes longer than loading a small plugin. Not final where it may still be raised.
   */
  memory: { bytes: number; final: boolean };
  /**
   * Ends a runner that can be spared, for an organisation that has waited so long. Settles when it is gone; null when
   * none can be spared now.
   */
  makeRoom(organisationId: string, waitedMilliseconds: number): Promise<unknown> | null;
};

export type PoolUse = { runners: number; spares: number; maximum: number; waiting: number };

export type Pool = AsyncDisposable & {
  /**
   * A booted runner that never held a plugin, when it is this organisation's turn.
   * @throws Error when none can be started, and the signal's reason
   */
  take(organisationId: string, signal: AbortSignal): Promise<Runner>;
  /** Boots the spares. Not done at once: while a server starts, the processor has better things to do. */
  prepare(): void;
  /** Rejects when no runner can be started. */
  ping(): Promise<void>;
  use(): PoolUse;
  /** No further process may be started before another has ended. */
  isFull(): boolean;
};

type Waiter = { organisationId: string; since: number; resolve(runner: Runner): void; reject(error: unknown): void };

function usableMemory(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}

/** Ten are asked for at once at most; a machine with less memory has better use for it. */
export function usualSpares(): number {
  return Math.max(2, Math.min(10, Math.floor(usableMemory() / 2 / (1_024 * MB))));
}

/** As many as fit into half of the memory that we may use if each fills its usual limit, and no more than the processor can serve. */
export function usualMaximum(): number {
  const fitting = Math.floor(usableMemory() / 2 / (manifestLimits.memory.default * MB));
  return Math.max(8, Math.min(64, 32 * availableParallelism(), fitting));
}

/**
 * Keeps booted runners ready, because starting one takes a hundred times as long as loading a plugin, and bounds how many
 * there are. A runner is handed out once and never comes back: what one plugin left behind in it must not meet another.
 */
export function createPool(options: PoolOptions): Pool {
  const { maximum, refillMilliseconds = 500 } = options;
  const closing = new AbortController();
  const alive = new Set<Runner>();
  const boots = new Set<Promise<void>>();
  const ready: Runner[] = [];
  const queue = new FairQueue<Waiter>();
  // More at once would only make each of them slower, and the calls under way with them.
  const mostBoots = Math.max(2, Math.min(8, availableParallelism()));
  let spawning = 0;
  let leaving = 0;
  let refills = false;
  let refillTimer: NodeJS.Timeout | undefined;
  let roomTimer: NodeJS.Timeout | undefined;

  function processes(): number {
    return alive.size + spawning;
  }

  function pump(): void {
    if (closing.signal.aborted) return;
    for (let runner = ready[0]; runner !== undefined; runner = ready[0]) {
      const waiter = queue.shift();
      if (waiter === undefined) break;
      ready.shift();
      waiter.resolve(runner);
      refillSoon();
    }
    // A spare is no reason to hurry: one at a time, with a rest in between, and only while nobody waits.
    const wanted = queue.size > 0 ? queue.size : refills && ready.length < options.spare ? 1 : 0;
    while (boots.size < Math.min(wanted, mostBoots) && processes() < maximum) boot();
    if (queue.size > boots.size + leaving && processes() >= maximum) askForRoom();
  }

  function boot(): void {
    const booting = start().then(
      (runner) => {
        ready.push(runner);
        if (ready.length < options.spare) refillSoon();
      },
      (error: unknown) => {
        // Whoever's turn it is is told; a spare that does not start is tried again by the next that needs one.
        refills = false;
        queue.shift()?.reject(error);
      },
    );
    boots.add(booting);
    void booting.then(() => {
      boots.delete(booting);
      pump();
    });
  }

  async function start(): Promise<Runner> {
    spawning += 1;
    const runner = await options.spawn(closing.signal).finally(() => (spawning -= 1));
    alive.add(runner);
    void runner.gone.then(() => {
      alive.delete(runner);
      // A spare may be ended from outside while it waits.
      const at = ready.indexOf(runner);
      if (at !== -1) ready.splice(at, 1);
      pump();
    });
    await presetMemory(runner, options.memory);
    if (!alive.has(runner)) throw new Error('The runner ended before it was used.');
    return runner;
  }

  function refillSoon(): void {
    if (options.spare === 0) return;
    refills = false;
    clearTimeout(refillTimer);
    refillTimer = setTimeout(() => {
      refills = true;
      pump();
    }, refillMilliseconds);
    refillTimer.unref();
  }

  function askForRoom(): void {
    const waiter = queue.peek();
    const left =
      waiter === undefined ? null : options.makeRoom(waiter.organisationId, performance.now() - waiter.since);
    if (left !== null) {
      leaving += 1;
      const done = (): void => {
        leaving -= 1;
        pump();
      };
      left.then(done, done);
    }
    // Somebody may become idle, and who has waited longer may ask for more.
    roomTimer ??= setTimeout(() => {
      roomTimer = undefined;
      pump();
    }, roomMilliseconds);
  }

  return {
    prepare() {
      refills = true;
      pump();
    },

    take(organisationId, signal) {
      if (closing.signal.aborted) return Promise.reject(closing.signal.reason);
      if (signal.aborted) return Promise.reject(signal.reason);
      return new Promise((resolve, reject) => {
        const waiter = { organisationId, since: performance.now(), resolve, reject };
        const giveUp = (): void => {
          queue.remove(organisationId, waiter);
          reject(signal.reason);
        };
        signal.addEventListener('abort', giveUp, { once: true });
        queue.push(organisationId, waiter);
        pump();
      });
    },

    async ping() {
      if (ready.length > 0) return;
      // All of them are in use: that they can be started is seen.
      if (processes() >= maximum && alive.size > 0) return;
      const runner = await start();
      runner.kill();
      await runner.gone;
    },

    isFull: () => processes() >= maximum,
    use: () => ({ runners: processes(), spares: ready.length, maximum, waiting: queue.size }),

    async [Symbol.asyncDispose]() {
      const problem = new Problem('shutting_down');
      closing.abort(problem);
      clearTimeout(refillTimer);
      clearTimeout(roomTimer);
      for (let waiter = queue.shift(); waiter !== undefined; waiter = queue.shift()) waiter.reject(problem);
      await Promise.all(boots);
      const all = [...alive];
      for (const runner of all) runner.kill();
      await Promise.all(all.map((runner) => runner.gone));
    },
  };
}

async function presetMemory(runner: Runner, { bytes, final }: PoolOptions['memory']): Promise<void> {
  const files = new ProcessFiles(runner.pid);
  const peak = files.readPeak();
  files.close();
  if (peak === null) return;
  runner.hasUsualLimit = await limitMemory(runner.pid, peak.dataBytes + bytes, { final });
}
