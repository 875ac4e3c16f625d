import { Problem } from '@proofpix/contract/errors';
import type { Json } from '@proofpix/contract/json';
import { limits } from '@proofpix/contract/limits';
import { AssignedRunner, type Loss } from './assigned-runner.ts';
import type { BreakerRules } from './breaker.ts';
import { CallQueue } from './call-queue.ts';
import type { Capabilities, Installation } from './capabilities.ts';
import { Health, type Circuit } from './health.ts';
import { callLifecycle } from './lifecycle-call.ts';
import { limitsOf, PerMinute, type EffectiveLimits, type ServerCeiling } from './limits.ts';
import { sandboxProblem } from './load-problems.ts';
import { endLost, whyLate } from './lost-calls.ts';
import { endCall, failed, type OpenCall } from './open-call.ts';
import type { CodeCache } from './code-cache/code-cache.ts';
import type { Pool } from './pool.ts';
import { ViolationReports } from './report-violations.ts';
import type { Runner } from './runner-process.ts';
import { Start } from './start.ts';
import { addUsage, noUsage, type UsageSum } from './usage.ts';

export type InstalledOptions = {
  installation: Installation;
  capabilities: Capabilities;
  pool: Pool;
  codeCache: CodeCache | null;
  ceiling: ServerCeiling;
  breakerRules: BreakerRules;
  deliver(hook: string, payload: Json, call: OpenCall): number;
  /** Its runner did something that only an attacker does. The runner is gone already. */
  onHostile(reason: string): void;
};

export type InstalledState = Circuit & {
  runner: 'none' | 'starting' | 'ready';
  openCalls: number;
  waitingCalls: number;
  /** Hooks that its code exports, declared or not; null while it is not running. */
  exportedHooks: ReadonlySet<string> | null;
};

/** A runner that was used so short a time ago is not taken away: it would be started again at once. */
const justUsedMilliseconds = 100;
/** How long a load that nobody's deadline bounds waits for a place. */
const loadWaitMilliseconds = 60_000;

/** One registered installation: its queue of calls, and the runner that serves it while there is one. */
export class Installed {
  installation: Installation;
  /** When it was last called or answered (performance.now), for eviction. */
  usedAt = performance.now();
  readonly #options: InstalledOptions;
  readonly #health: Health;
  readonly #minute: PerMinute;
  readonly #reports: ViolationReports;
  readonly #callsInFlight: number;
  readonly #queue: CallQueue;
  #runner: AssignedRunner | null = null;
  #start: Start | null = null;
  #starting: Promise<AssignedRunner> | null = null;
  /** Those who want it started without a call. */
  #asked = 0;
  #ending: AssignedRunner | null = null;
  /** The one that is ending, until what it used was added up. */
  #uncounted: AssignedRunner | null = null;
  #retiring: Promise<void> = Promise.resolve();
  /** Settles when a runner that was asked to make room is gone. */
  #draining: PromiseWithResolvers<void> | null = null;
  #idle: (() => void)[] = [];
  #closed: Problem | null = null;
  #locked: Problem | null = null;
  #past: UsageSum = noUsage;

  constructor(options: InstalledOptions) {
    const { capabilities, ceiling, breakerRules } = options;
    this.#options = options;
    this.installation = options.installation;
    this.#health = new Health({ installation: () => this.installation, capabilities, rules: breakerRules });
    this.#reports = new ViolationReports(capabilities);
    this.#minute = new PerMinute(ceiling.hostCallsPerMinute ?? limits.hostCallsPerMinute);
    this.#callsInFlight = Math.min(limits.callsInFlight, ceiling.callsInFlight ?? Infinity);
    this.#queue = new CallQueue({
      whyLate: (call, now) => whyLate(call, now, this.#start?.phase, options.pool.isFull()),
      onLeft: () => this.#callsLeft(),
    });
  }

  get hasRunner(): boolean {
    return this.#runner !== null;
  }

  get isRefused(): boolean {
    return this.#closed !== null;
  }

  get isDraining(): boolean {
    return this.#draining !== null;
  }

  limits(hook?: string | null): EffectiveLimits {
    return limitsOf(this.installation, this.#options.ceiling, hook);
  }

  /** Queues a call. Its end comes through `endCall`. */
  enqueue(call: OpenCall): void {
    const refused = this.#locked ?? this.#closed;
    if (refused !== null) return endCall(call, failed(refused));
    const now = performance.now();
    const admitted = this.#health.admit(now);
    if (admitted instanceof Problem) return endCall(call, failed(admitted));
    if (!this.#queue.hasRoomFor(call)) {
      if (admitted.probe) this.#health.probeLost();
      return endCall(call, failed(new Problem('plugin_overloaded')));
    }
    call.probe = admitted.probe;
    this.usedAt = now;
    this.#queue.push(call);
    this.#pump();
    if (call.state === 'waiting') this.#queue.limit(call);
  }

  /** What became of a hook call. `answered`: the plugin said something, were it that it failed. */
  ended(call: OpenCall, how: { answered: boolean }): void {
    if (how.answered) this.#health.answered(performance.now());
    else if (call.probe) this.#health.probeLost();
  }

  /** The caller no longer wants it. What is in the runner goes on there until its deadline, and reaches nothing. */
  abandon(call: OpenCall): void {
    if (call.probe) this.#health.probeLost();
    if (call.state === 'waiting') this.#queue.withdraw(call, new Problem('call_ended'));
    else if (call.state === 'open') call.state = 'abandoned';
    this.#callsLeft();
  }

  /** Starts the runner, if it is not running. @throws Problem */
  async start(): Promise<void> {
    const now = performance.now();
    if (this.#locked !== null) throw this.#locked;
    if (this.#health.isOff(now)) throw this.#health.suspended(now);
    this.#asked += 1;
    const timer = setTimeout(() => this.#start?.cancel(new Problem('sandbox_busy')), loadWaitMilliseconds);
    try {
      await this.#started();
    } finally {
      clearTimeout(timer);
      this.#asked -= 1;
    }
  }

  /** Tells a running plugin its configuration anew; one that is not running reads it when it starts. */
  async configure(): Promise<void> {
    const runner = this.#starting === null ? this.#runner : await this.#starting.catch(() => null);
    if (runner === null) return;
    const config = JSON.stringify(await this.installation.config()) ?? 'null';
    if (runner !== this.#runner) return;
    runner.configJson = config;
    if (!runner.lifecycle.has('onConfigUpdate')) return;
    const call = { kind: 'onConfigUpdate', deadline: limits.configUpdateMilliseconds, inputJson: config } as const;
    await callLifecycle(runner, call, { ...this.#options, installation: this.installation });
  }

  /** From now on calls get the problem; those that were taken before go on. */
  refuse(problem: Problem): void {
    this.#closed ??= problem;
  }

  /** Lets calls end until their deadlines, then `cleanup`, then the end of the runner. New calls get the problem. */
  async close(problem: Problem): Promise<void> {
    this.refuse(problem);
    while (this.#queue.size > 0 || this.#starting !== null || this.#runner?.hasWantedCalls) {
      await new Promise<void>((resolve) => this.#idle.push(resolve));
    }
    await this.#retire();
    this.#queue.close();
  }

  /** Ends all calls now, then as `close`. For when the host itself ends. */
  async abort(problem: Problem): Promise<void> {
    this.#closed = problem;
    this.#queue.endAll(problem);
    this.#start?.cancel(problem);
    for (const call of this.#start?.stop() ?? []) endCall(call, failed(problem));
    await this.#starting?.catch(() => null);
    const busy = [...(this.#runner?.open.values() ?? [])];
    for (const call of busy) endCall(call, failed(problem));
    // A plugin in the middle of a call is not asked to clean up: it may be what hangs.
    await this.#retire({ cleanup: busy.length === 0 });
    this.#queue.close();
    this.#settleIdle();
  }

  /** Ends everything at once and takes no call until it is released: its runner did something hostile. */
  lock(problem: Problem): void {
    this.#locked = problem;
    this.#queue.endAll(problem);
    this.#start?.cancel(problem);
    const stopped = [...(this.#start?.stop() ?? []), ...(this.#runner?.stop() ?? [])];
    for (const call of stopped) endCall(call, failed(problem));
    void this.#retire({ cleanup: false });
    this.#pump();
  }

  release(): void {
    this.#locked = null;
    this.#health.release(performance.now());
  }

  canEvict(now: number): boolean {
    return this.#isIdle() && now - this.usedAt >= justUsedMilliseconds;
  }

  /** Ends a runner that nobody needs at the moment; the next call starts another. */
  async evict(): Promise<void> {
    if (this.#isIdle()) await this.#retire();
  }

  /** Makes room for others: no further call is sent, and the runner ends with those that are in it. */
  drain(): Promise<void> {
    this.#draining ??= Promise.withResolvers();
    const { promise } = this.#draining;
    this.#pump();
    return promise;
  }

  sweep(): void {
    this.#runner?.sweep();
  }

  usage(): UsageSum {
    const past = this.#uncounted === null ? this.#past : addUsage(this.#past, this.#uncounted.usage());
    return this.#runner === null ? past : addUsage(past, this.#runner.usage());
  }

  /** What another runner of the same installation used: of the version before. */
  addPast(usage: UsageSum): void {
    this.#past = addUsage(this.#past, usage, usage.deaths);
  }

  state(): InstalledState {
    return {
      ...this.#health.circuit(performance.now()),
      runner: this.#runner !== null ? 'ready' : this.#starting === null ? 'none' : 'starting',
      openCalls: this.#runner?.open.size ?? 0,
      waitingCalls: this.#queue.size,
      exportedHooks: this.#runner?.exported ?? null,
    };
  }

  #isIdle(): boolean {
    const runner = this.#runner;
    return runner !== null && runner.open.size === 0 && this.#queue.size === 0 && this.#starting === null;
  }

  #pump(): void {
    if (this.#draining !== null && (this.#runner?.open.size ?? 0) === 0) void this.#retire();
    if (this.#queue.size === 0) return this.#settleIdle();
    const runner = this.#runner;
    if (runner === null) {
      this.#started().catch(() => {});
      return;
    }
    for (let next = this.#queue.first; next !== undefined && this.#draining === null; next = this.#queue.first) {
      if (runner.isFull) return;
      const { open } = runner;
      if (open.size >= this.#callsInFlight) return runner.hasWantedCalls ? undefined : this.#replaceAbandoned(runner);
      const [one] = open.values();
      if (one !== undefined && (next.alone || one.alone)) return;
      this.#queue.shift();
      runner.send(next);
    }
  }

  /** All that the runner works on was given up by its callers, and others wait: they need not wait for nothing. */
  #replaceAbandoned(runner: AssignedRunner): void {
    for (const call of runner.stop()) endCall(call, failed(new Problem('call_ended')));
    void this.#retire({ cleanup: false });
    this.#pump();
  }

  #settleIdle(): void {
    this.usedAt = performance.now();
    if (this.#idle.length === 0 || this.#starting !== null || this.#runner?.hasWantedCalls) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** One start at a time; whoever needs the runner waits for the same one. */
  #started(): Promise<AssignedRunner> {
    if (this.#runner !== null) return Promise.resolve(this.#runner);
    if (this.#starting !== null) return this.#starting;
    const { pool, capabilities } = this.#options;
    const start = new Start({
      installation: () => this.installation,
      capabilities,
      pool,
      before: this.#retiring,
      restLeft: () => this.#health.restLeft(performance.now()),
      assign: (process) => this.#assign(process),
    });
    this.#start = start;
    this.#starting = start.run().then(
      (runner) => {
        this.#runner = runner;
        this.#start = null;
        this.#starting = null;
        this.#pump();
        return runner;
      },
      (error: unknown) => {
        this.#start = null;
        this.#starting = null;
        throw this.#notStarted(start, error);
      },
    );
    return this.#starting;
  }

  #assign(process: Runner): AssignedRunner {
    const { capabilities, deliver } = this.#options;
    const runner: AssignedRunner = new AssignedRunner({
      runner: process,
      installation: () => this.installation,
      limits: () => this.limits(),
      minute: this.#minute,
      reports: this.#reports,
      capabilities,
      codeCache: this.#options.codeCache,
      deliver,
      onRoom: () => this.#pump(),
      onLoss: (loss) => this.#lost(runner, loss),
    });
    return runner;
  }

  #notStarted(start: Start, error: unknown): Problem {
    const { runner, isCancelled } = start;
    const isLost = runner !== null && runner.loss !== null;
    if (runner !== null) this.#past = addUsage(this.#past, runner.usage(), isLost ? 1 : 0);
    // What was lost is counted already; our own failures are not the plugin's.
    if (!isLost && !isCancelled && error instanceof Problem) this.#health.failed(performance.now(), error.message);
    const problem = error instanceof Problem ? error : (this.#locked ?? sandboxProblem(error));
    // Whoever came after nobody had wanted it any more begins anew.
    if (error !== unwanted) this.#queue.endAll(problem);
    this.#pump();
    return problem;
  }

  /** `cleanup` where the plugin has it, then the end. Nothing that goes wrong in it matters any more. */
  #retire(options = { cleanup: true }): Promise<void> {
    const runner = this.#runner;
    // No further call may be sent into it.
    this.#runner = null;
    if (runner !== null) {
      this.#uncounted = runner;
      this.#retiring = this.#retiring.then(() => this.#end(runner, options.cleanup));
    }
    // Whatever it is retired for: who asked it to make room counts on an answer, and asks nobody else meanwhile.
    this.#draining?.resolve(this.#retiring);
    this.#draining = null;
    return this.#retiring;
  }

  async #end(runner: AssignedRunner, cleanup: boolean): Promise<void> {
    this.#ending = runner;
    if (cleanup && runner.lifecycle.has('cleanup')) {
      const call = { kind: 'cleanup', deadline: limits.cleanupMilliseconds } as const;
      await callLifecycle(runner, call, { ...this.#options, installation: this.installation });
    }
    for (const call of runner.stop()) endCall(call, failed(new Problem('call_ended')));
    this.#past = addUsage(this.#past, runner.usage());
    this.#uncounted = null;
    await runner.gone;
    this.#ending = null;
  }

  #lost(runner: AssignedRunner, loss: Loss): void {
    const served = this.#runner === runner;
    if (served) {
      this.#runner = null;
      this.#past = addUsage(this.#past, runner.usage(), 1);
    }
    const retries = served && this.#closed?.code !== 'shutting_down';
    this.#queue.putBack(endLost(loss, { retries }));
    if (runner !== this.#ending) {
      this.#options.capabilities.died(this.installation, { code: loss.code, detail: loss.detail });
      if (loss.hostile) this.#options.onHostile(loss.detail);
      else if (this.#health.failed(performance.now(), loss.detail) && served)
        this.#queue.endAll(this.#health.suspended(performance.now()));
    }
    this.#pump();
  }

  /** A start that waits for its turn ends when nobody waits for it any more. */
  #callsLeft(): void {
    const isWanted = this.#queue.size > 0 || this.#asked > 0;
    if (!isWanted && this.#start?.phase !== 'loading') this.#start?.cancel(unwanted);
    this.#pump();
  }
}

const unwanted = new Problem('sandbox_busy');
