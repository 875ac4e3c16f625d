import { setTimeout as wait } from 'node:timers/promises';
import { limits } from '@proofpix/contract/limits';
import type { AssignedRunner } from './assigned-runner.ts';
import type { Capabilities, Installation } from './capabilities.ts';
import { callLifecycle } from './lifecycle-call.ts';
import { loadProblem } from './load-problems.ts';
import type { OpenCall } from './open-call.ts';
import type { Pool } from './pool.ts';
import type { Runner } from './runner-process.ts';

export type StartOptions = {
  installation: () => Installation;
  capabilities: Capabilities;
  pool: Pool;
  /** Settles when the runner before is gone. */
  before: Promise<void>;
  /** Milliseconds that are left of the rest after a death. */
  restLeft(): number;
  assign(process: Runner): AssignedRunner;
};

/** One attempt to get an installation's runner going: it rests, waits for its turn, and loads. */
export class Start {
  phase: 'resting' | 'queued' | 'loading' = 'resting';
  /** The one that is being loaded. */
  runner: AssignedRunner | null = null;
  readonly #options: StartOptions;
  readonly #abort = new AbortController();

  constructor(options: StartOptions) {
    this.#options = options;
  }

  get isCancelled(): boolean {
    return this.#abort.signal.aborted;
  }

  /** Ends it where it is; `run` rejects with the reason. */
  cancel(reason: unknown): void {
    this.#abort.abort(reason);
  }

  /** Ends the runner that is being loaded, and gives back the calls in it. */
  stop(): OpenCall[] {
    return this.runner?.stop() ?? [];
  }

  /** @throws Problem, Error when no process can be started, and the reason of `cancel` */
  async run(): Promise<AssignedRunner> {
    const { before, restLeft, pool, installation } = this.#options;
    const { signal } = this.#abort;
    await before;
    const rest = restLeft();
    if (rest > 0) await wait(rest, undefined, { signal }).catch(() => {});
    signal.throwIfAborted();
    this.phase = 'queued';
    const process = await pool.take(installation().organisationId, signal);
    this.phase = 'loading';
    const runner = this.#options.assign(process);
    this.runner = runner;
    try {
      signal.throwIfAborted();
      await this.#load(runner);
      signal.throwIfAborted();
      return runner;
    } catch (error) {
      runner.stop();
      throw error;
    }
  }

  async #load(runner: AssignedRunner): Promise<void> {
    const { installation, capabilities } = this.#options;
    const config = installation().config();
    // Not waited for when loading fails first.
    config.catch(() => {});
    await runner.load();
    runner.configJson = JSON.stringify(await config) ?? 'null';
    if (runner.loss !== null) throw runner.loss;
    if (runner.lifecycle.has('initialize')) {
      const call = { kind: 'initialize', deadline: limits.initializeMilliseconds } as const;
      const cpuLimit = runner.loadCpuMilliseconds;
      const error = await callLifecycle(runner, call, { installation: installation(), capabilities, cpuLimit });
      if (error !== null) throw loadProblem(error);
    }
    if (runner.loss !== null) throw runner.loss;
  }
}
