import { Problem } from '@proofpix/contract/errors';
import type { Json } from '@proofpix/contract/json';
import { limits } from '@proofpix/contract/limits';
import type { StepError } from '@proofpix/contract/runs';
import type { CallBody } from '@proofpix/contract/wire';
import { AssignedRunner, type Loss } from './assigned-runner.ts';
import type { Capabilities, Installation, Observation } from './capabilities.ts';
import { BrokenResult, checkResult } from './check-result.ts';
import { endCall, openCall, resetCall, type OpenCall, type Outcome } from './open-call.ts';
import type { Pool } from './pool.ts';
import type { RunnerUsage } from './watchdog.ts';

/** Over all runners that an installation had. */
export type UsageSum = RunnerUsage & { deaths: number };

export type InstalledOptions = {
  installation: Installation;
  capabilities: Capabilities;
  pool: Pool;
  deliver(hook: string, payload: Json, call: OpenCall): number;
};

/** Calls in one runner at a time; more would only wait in the runner, and each would have to be tried again if it dies. */
const mostOpen = 128;
const mostWaiting = 1_024;
const mostWaitingChars = 64 * 1024 * 1024;

/** One registered installation: its queue of calls, and the runner that serves it while there is one. */
export class Installed {
  installation: Installation;
  /** When it was last called or answered (performance.now), for eviction. */
  usedAt = performance.now();
  readonly #options: InstalledOptions;
  readonly #waiting: OpenCall[] = [];
  #waitingChars = 0;
  #runner: AssignedRunner | null = null;
  #starting: Promise<AssignedRunner> | null = null;
  /** Runners on their way in and on their way out; at most one each. */
  #beginning: AssignedRunner | null = null;
  #ending: AssignedRunner | null = null;
  #retiring: Promise<void> = Promise.resolve();
  #idle: (() => void)[] = [];
  #closed: Problem | null = null;
  #past: UsageSum = { cpuMilliseconds: 0, memoryBytes: 0, deaths: 0 };

  constructor(options: InstalledOptions, past: UsageSum | undefined) {
    this.#options = options;
    this.installation = options.installation;
    if (past !== undefined) this.#past = past;
  }

  /** Queues a call. Its end comes through `endCall`. */
  enqueue(call: OpenCall): void {
    if (this.#closed !== null) return endCall(call, failed(this.#closed));
    if (this.#waiting.length >= mostWaiting || this.#waitingChars + call.inputJson.length > mostWaitingChars) {
      return endCall(call, failed(new Problem('plugin_overloaded')));
    }
    this.usedAt = performance.now();
    this.#waiting.push(call);
    this.#waitingChars += call.inputJson.length;
    this.#pump();
    if (call.state === 'waiting') this.#limitWaiting(call);
  }

  /** The caller no longer wants it. What is in the runner goes on there until its deadline, and reaches nothing. */
  abandon(call: OpenCall): void {
    if (call.state === 'waiting') this.#withdraw(call, new Problem('call_ended'));
    else if (call.state === 'open') call.state = 'abandoned';
  }

  /** Starts the runner, if it is not running. @throws Problem */
  async start(): Promise<void> {
    await this.#started();
  }

  /** Tells a running plugin its configuration anew; one that is not running reads it when it starts. */
  async configure(): Promise<void> {
    const runner = this.#starting === null ? this.#runner : await this.#starting.catch(() => null);
    if (runner === null) return;
    runner.configJson = JSON.stringify(await this.installation.config()) ?? 'null';
    if (!runner.lifecycle.has('onConfigUpdate')) return;
    await this.#lifecycle(runner, 'onConfigUpdate', limits.configUpdateMilliseconds, runner.configJson);
  }

  /** From now on calls get the problem; those that were taken before go on. */
  refuse(problem: Problem): void {
    this.#closed ??= problem;
  }

  /** Lets calls end until their deadlines, then `cleanup`, then the end of the runner. New calls get the problem. */
  async close(problem: Problem): Promise<void> {
    this.refuse(problem);
    while (this.#waiting.length > 0 || this.#starting !== null || (this.#runner?.open.size ?? 0) > 0) {
      await new Promise<void>((resolve) => this.#idle.push(resolve));
    }
    await this.#retire();
  }

  /** Ends all calls now, then as `close`. For when the host itself ends. */
  async abort(problem: Problem): Promise<void> {
    this.#closed = problem;
    for (const call of this.#waiting.splice(0)) endCall(call, failed(problem));
    this.#waitingChars = 0;
    for (const call of this.#beginning?.stop() ?? []) endCall(call, failed(problem));
    await this.#starting?.catch(() => null);
    const busy = [...(this.#runner?.open.values() ?? [])];
    for (const call of busy) endCall(call, failed(problem));
    // A plugin in the middle of a call is not asked to clean up: it may be what hangs.
    await this.#retire({ cleanup: busy.length === 0 });
  }

  /** Ends a runner that nobody needs at the moment; the next call starts another. */
  async evict(): Promise<void> {
    if (this.#waiting.length > 0 || this.#starting !== null || this.#runner === null || this.#runner.open.size > 0)
      return;
    await this.#retire();
  }

  sweep(): void {
    this.#runner?.sweep();
  }

  usage(): UsageSum {
    if (this.#runner === null) return this.#past;
    return addUsage(this.#past, this.#runner.usage());
  }

  #pump(): void {
    if (this.#waiting.length === 0) return this.#settleIdle();
    const runner = this.#runner;
    if (runner === null) {
      this.#started().catch(() => {});
      return;
    }
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const { open } = runner;
      if (open.size >= mostOpen || runner.isFull) return;
      const [one] = open.values();
      if (one !== undefined && (next.alone || one.alone)) return;
      this.#waiting.shift();
      this.#waitingChars -= next.inputJson.length;
      runner.send(next);
    }
  }

  #settleIdle(): void {
    this.usedAt = performance.now();
    if (this.#idle.length === 0 || this.#starting !== null || (this.#runner?.open.size ?? 0) > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** One start at a time; whoever needs the runner waits for the same one. */
  #started(): Promise<AssignedRunner> {
    if (this.#runner !== null) return Promise.resolve(this.#runner);
    this.#starting ??= this.#begin().then(
      (runner) => {
        this.#starting = null;
        this.#pump();
        return runner;
      },
      (error: unknown) => {
        this.#starting = null;
        const problem = error instanceof Problem ? error : sandboxProblem(error);
        const calls = this.#waiting.splice(0);
        this.#waitingChars = 0;
        for (const call of calls) endCall(call, failed(problem));
        this.#settleIdle();
        throw problem;
      },
    );
    return this.#starting;
  }

  async #begin(): Promise<AssignedRunner> {
    await this.#retiring;
    const process = await this.#options.pool.take();
    const fate: { loss: Loss | null } = { loss: null };
    const runner: AssignedRunner = new AssignedRunner({
      runner: process,
      installation: () => this.installation,
      capabilities: this.#options.capabilities,
      deliver: this.#options.deliver,
      onRoom: () => this.#pump(),
      onLoss: (loss) => {
        fate.loss = loss;
        this.#lost(runner, loss);
      },
    });
    this.#beginning = runner;
    try {
      if (this.#closed?.code === 'shutting_down') throw this.#closed;
      const config = this.installation.config();
      // Not waited for when loading fails first.
      config.catch(() => {});
      await runner.load();
      runner.configJson = JSON.stringify(await config) ?? 'null';
      if (runner.lifecycle.has('initialize')) {
        const error = await this.#lifecycle(runner, 'initialize', limits.initializeMilliseconds, 'null');
        if (error !== null) throw loadProblem(error);
      }
      if (fate.loss !== null) throw new Problem(fate.loss.code, fate.loss.detail);
      this.#runner = runner;
      return runner;
    } catch (error) {
      runner.stop();
      this.#count(runner, fate.loss === null ? 0 : 1);
      throw error;
    } finally {
      this.#beginning = null;
    }
  }

  /** Calls a lifecycle function, beside the queue. Gives what went wrong. */
  async #lifecycle(
    runner: AssignedRunner,
    kind: Exclude<CallBody['kind'], 'hook'>,
    deadline: number,
    inputJson: string,
  ): Promise<StepError | null> {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const call = openCall({ kind, hook: null, inputJson, deadline, settle: resolve });
    const began = performance.now();
    runner.send(call);
    const error = judge(await promise, call);
    this.#options.capabilities.observe(this.installation, {
      ...observationOf(call, performance.now() - began),
      ok: error === null,
      code: error?.code ?? null,
    });
    return error;
  }

  /** `cleanup` where the plugin has it, then the end. Nothing that goes wrong in it matters any more. */
  #retire(options = { cleanup: true }): Promise<void> {
    const runner = this.#runner;
    // No further call may be sent into it.
    this.#runner = null;
    if (runner !== null) this.#retiring = this.#retiring.then(() => this.#end(runner, options.cleanup));
    return this.#retiring;
  }

  async #end(runner: AssignedRunner, cleanup: boolean): Promise<void> {
    this.#ending = runner;
    if (cleanup && runner.lifecycle.has('cleanup')) {
      await this.#lifecycle(runner, 'cleanup', limits.cleanupMilliseconds, 'null');
    }
    runner.stop();
    this.#count(runner, 0);
    await runner.gone;
    this.#ending = null;
  }

  #lost(runner: AssignedRunner, loss: Loss): void {
    const served = this.#runner === runner;
    if (served) {
      this.#runner = null;
      this.#count(runner, 1);
    }
    if (runner !== this.#ending)
      this.#options.capabilities.died(this.installation, { code: loss.code, detail: loss.detail });
    const again: OpenCall[] = [];
    for (const call of loss.calls) {
      const blamed = loss.culprit === call || (loss.culprit === null && loss.calls.length === 1);
      const mayRetry =
        served &&
        call.kind === 'hook' &&
        call.state === 'open' &&
        call.attempts === 1 &&
        this.#closed?.code !== 'shutting_down';
      if (blamed || !mayRetry) {
        endCall(call, failed(new Problem(loss.code, loss.detail)));
        continue;
      }
      resetCall(call);
      // Nobody knows which of them did it: each gets its second chance with nothing beside it, so that it harms only itself.
      call.alone = loss.culprit === null;
      again.push(call);
    }
    this.#waiting.unshift(...again);
    for (const call of again) this.#waitingChars += call.inputJson.length;
    this.#pump();
  }

  #count(runner: AssignedRunner, deaths: number): void {
    this.#past = { ...addUsage(this.#past, runner.usage()), deaths: this.#past.deaths + deaths };
  }

  /** A call waits for room no longer than it may then take. */
  #limitWaiting(call: OpenCall): void {
    call.timer = setTimeout(() => {
      if (call.state !== 'waiting' || this.#starting !== null) return;
      this.#withdraw(call, new Problem('plugin_overloaded'));
    }, call.deadline);
  }

  #withdraw(call: OpenCall, problem: Problem): void {
    const at = this.#waiting.indexOf(call);
    if (at === -1) return;
    this.#waiting.splice(at, 1);
    this.#waitingChars -= call.inputJson.length;
    endCall(call, failed(problem));
    this.#pump();
  }
}

export function failed(problem: Problem): Outcome {
  return { ok: false, error: { code: problem.code, message: problem.message } };
}

export function observationOf(call: OpenCall, milliseconds: number): Omit<Observation, 'ok' | 'code'> {
  const { hostCalls, byHostCall, bytesRead, bytesWritten, traffic } = call.used;
  return { kind: call.kind, hook: call.hook, milliseconds, hostCalls, byHostCall, bytesRead, bytesWritten, traffic };
}

/** What went wrong in a lifecycle call; its value is nobody's business. */
function judge(outcome: Outcome, call: OpenCall): StepError | null {
  if (!outcome.ok) return outcome.error;
  try {
    const result = checkResult(outcome.json, null);
    return result.ok ? null : result.error;
  } catch (error) {
    if (!(error instanceof BrokenResult)) throw error;
    call.blame(error.message);
    return { code: 'plugin_died', message: error.message };
  }
}

/** Our own failure: the cause is for the operator's log, not for whoever called. */
function sandboxProblem(cause: unknown): Problem {
  return Object.assign(new Problem('plugin_load_failed', 'Its sandbox could not be started.'), { cause });
}

/** A failed `initialize` as the reason why a plugin was not loaded. */
function loadProblem(error: StepError): Problem {
  if (error.code === 'plugin_timeout' || error.code === 'plugin_died' || error.code === 'plugin_memory') {
    return new Problem(error.code, 'It happened in initialize.');
  }
  return new Problem('plugin_load_failed', `initialize failed: ${error.message}`);
}

function addUsage(past: UsageSum, now: RunnerUsage): UsageSum {
  return {
    cpuMilliseconds: past.cpuMilliseconds + now.cpuMilliseconds,
    memoryBytes: Math.max(past.memoryBytes, now.memoryBytes),
    deaths: past.deaths,
  };
}
