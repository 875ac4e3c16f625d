import { Problem, errors, type ErrorCode } from '@proofpix/contract/errors';
import type { Json } from '@proofpix/contract/json';
import { limits, manifestLimits } from '@proofpix/contract/limits';
import { violations } from '@proofpix/contract/violations';
import { frameTypes, type Frame, type LoadBody } from '@proofpix/contract/wire';
import { Broker } from './broker.ts';
import type { Capabilities, Installation, Violation } from './capabilities.ts';
import type { CodeCache } from './code-cache/code-cache.ts';
import { Deadlines } from './deadlines.ts';
import { loadCpuMilliseconds, type EffectiveLimits, type PerMinute } from './limits.ts';
import { readLoaded } from './loaded-plugin.ts';
import { endCall, failed, type CallRunner, type OpenCall } from './open-call.ts';
import type { ViolationReports } from './report-violations.ts';
import { closedChannel, type Runner, type RunnerEnd } from './runner-process.ts';
import { Watchdog, type RunnerUsage, type WatchedCall } from './watchdog.ts';

/** Why a runner is gone. `culprit` null: nobody can say which of its calls it was. */
export type Loss = { code: ErrorCode; detail: string; hostile: boolean; culprit: OpenCall | null; calls: OpenCall[] };

export type AssignedRunnerOptions = {
  runner: Runner;
  installation: () => Installation;
  limits: () => EffectiveLimits;
  minute: PerMinute;
  reports: ViolationReports;
  capabilities: Capabilities;
  codeCache: CodeCache | null;
  deliver(hook: string, payload: Json, call: OpenCall): number;
  /** It ended although nobody asked it to. Comes at most once. */
  onLoss(loss: Loss): void;
  /** There is room for calls again. */
  onRoom(): void;
};

const codeFile = /\.(js|mjs|cjs|json|map)$/;
/** While this much waits for the runner, no further call is sent to it. */
const fullBytes = 8 * 1024 * 1024;
const MB = 1024 * 1024;
const stopped = 'The runner was stopped.';
const lastCallId = 0xffff_ffff;
/**
 * How V8, the C library and isolated-vm say that they got no more memory before they give up. The last is a thread
 * whose stack was refused: a runner's number of threads is not limited, its memory is.
 */
const outOfMemory =
  /out of memory|allocation failed|bad_alloc|heap limit|is_heap_oom = 1|system_error'\s+what\(\):\s+Resource temporarily unavailable/i;
/** How one ends whose code did not look whether it got the memory it asked for. */
const faults: ReadonlySet<string> = new Set(['SIGSEGV', 'SIGBUS']);
/** How a process ends that gives up by itself. */
const givingUp: ReadonlySet<string> = new Set(['SIGABRT', 'SIGIOT', 'SIGTRAP', 'SIGILL']);
/** How the runner itself says so to each open call before it ends. */
const saysOutOfMemory = '{"ok":false,"error":{"code":"plugin_memory"';

/** One runner with one plugin in it, until its end. */
export class AssignedRunner implements CallRunner {
  readonly open = new Map<number, OpenCall>();
  /** Lifecycle functions that the plugin has. */
  lifecycle: ReadonlySet<string> = new Set();
  /** Hooks that its code exports, declared or not. */
  exported: ReadonlySet<string> = new Set();
  configJson = 'null';
  /** Why it ended although nobody asked it to. */
  loss: Problem | null = null;
  readonly #options: AssignedRunnerOptions;
  readonly #runner: Runner;
  readonly #broker: Broker;
  readonly #memoryMb: number;
  readonly #watchdog: Watchdog<WatchedCall>;
  readonly #deadlines = new Deadlines((now) => this.#endLate(now));
  /** The evaluation of the code, as the watchdog sees it. */
  readonly #loading: WatchedCall;
  readonly #loaded = Promise.withResolvers<string>();
  #state: 'new' | 'loading' | 'loaded' | 'over' = 'new';
  #lastId = 0;
  #wrapped = false;
  #saidMemory = false;
  /** What the last call brought. */
  #known = { config: '', permissions: '' };
  #permissions: { names: string[]; json: string } = { names: [], json: '[]' };

  constructor(options: AssignedRunnerOptions) {
    this.#options = options;
    this.#runner = options.runner;
    // Nobody may be waiting when it fails.
    this.#loaded.promise.catch(() => {});
    this.#memoryMb = options.limits().memory;
    this.#loading = { cpuMilliseconds: 0, cpuLimit: loadCpuMilliseconds(options.limits()) };
    this.#watchdog = new Watchdog<WatchedCall>({
      pid: options.runner.pid,
      memoryBytes: this.#memoryMb * MB,
      calls: () => (this.#state === 'loading' ? [this.#loading] : this.open.values()),
      isNeeded: () => this.open.size > 0 || this.#state === 'loading',
      onBreach: ({ code, violation, call }) => this.#lose(code, violation, this.#openOne(call)),
    });
    this.#broker = new Broker(
      {
        installation: options.installation,
        limits: options.limits,
        minute: options.minute,
        call: (id) => this.#askingCall(id),
        wasCall: (id) => id > 0 && (this.#wrapped || id <= this.#lastId),
        reply: (id, json, bytes) => this.#runner.send(frameTypes.reply, id, json, bytes),
        bufferedBytes: () => this.#runner.bufferedBytes,
        answered: (call) => this.#answered(call),
        pause: () => this.#runner.pause(),
        resume: () => this.#runner.resume(),
        violation: (violation) => this.violation(violation),
        broken: (detail) => this.blame(detail),
        stubborn: (violation) => this.#lose('plugin_died', violation, null),
        deliver: options.deliver,
      },
      options.capabilities,
    );
    options.runner.listener = {
      frame: (frame) => this.#receive(frame),
      broken: (detail) => (detail === closedChannel ? this.#silent() : this.blame(detail)),
      ended: (end) => this.#ended(end),
      drained: () => {
        this.#broker.pump();
        options.onRoom();
      },
    };
  }

  get gone(): Promise<unknown> {
    return this.#runner.gone;
  }

  get isFull(): boolean {
    return this.#runner.bufferedBytes > fullBytes;
  }

  /** Processor time that evaluating the code may take, and `initialize` again. */
  get loadCpuMilliseconds(): number {
    return this.#loading.cpuLimit;
  }

  /** Whether somebody still waits for any of the calls in it. */
  get hasWantedCalls(): boolean {
    for (const { state } of this.open.values()) if (state !== 'abandoned') return true;
    return false;
  }

  usage(): RunnerUsage {
    return this.#watchdog.usage();
  }

  sweep(): void {
    this.#watchdog.sweep();
  }

  /** Sends the code and waits until it was evaluated. @throws Problem */
  async load(): Promise<void> {
    const installation = this.#options.installation();
    const { manifest, pluginId, version } = installation;
    const memoryMb = this.#memoryMb;
    const isResized = memoryMb !== manifestLimits.memory.default;
    const limited = this.#watchdog.limitMemory();
    // A limit is there before the first line of the plugin runs: the usual one since the boot, any other one from here on.
    const [packaged] = await Promise.all([
      installation.readFiles(),
      isResized || !this.#runner.hasUsualLimit ? limited : undefined,
    ]);
    const files = [...packaged].filter(([path]) => codeFile.test(path));
    const caches = this.#options.codeCache?.of(installation, packaged) ?? new Map<string, Uint8Array>();
    const body: LoadBody = {
      pluginId,
      version,
      main: manifest.main ?? 'index.js',
      files: files.map(([path, bytes]) => ({ path, size: bytes.length })),
      caches: [...caches].map(([path, { length }]) => ({ path, size: length })),
      memoryMb,
      permissions: [...installation.grants()],
    };
    const code = Buffer.concat([...files.map(([, bytes]) => bytes), ...caches.values()]);
    if (code.length > limits.packageUnpackedBytes) throw new Problem('plugin_load_failed', 'Its code is too large.');
    this.#state = this.#state === 'new' ? 'loading' : this.#state;
    this.#watchdog.watch();
    this.#runner.send(frameTypes.load, 1, JSON.stringify(body), code);
    const most = limits.initializeMilliseconds;
    const timer = setTimeout(() => {
      const detail = `Its code was not evaluated within ${most} ms.`;
      const evidence = { phase: 'load', limitMilliseconds: most };
      this.#lose('plugin_timeout', { type: 'time_limit', detail, evidence }, null);
    }, most);
    try {
      this.lifecycle = this.#accept(await this.#loaded.promise);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Puts a call into the runner. Its end comes through `endCall`, or in the loss of the runner. */
  send(call: OpenCall): void {
    // It ended while its caller waited for something else. No deadline runs here any more: nothing would end the call.
    if (this.#state === 'over') return endCall(call, failed(this.loss ?? new Problem('plugin_died', stopped)));
    const id = this.#nextId();
    const now = performance.now();
    this.open.set(id, call);
    call.state = 'open';
    call.attempts += 1;
    call.runner = this;
    if (call.attempts === 1) call.startedAt = now;
    call.due = now + call.deadline;
    this.#deadlines.expect(call.due, now);
    this.#watchdog.watch(call.cpuLimit);
    this.#runner.send(frameTypes.call, id, this.#body(call));
  }

  /** Ends the process because somebody asked for it. Calls in it are given back unanswered. */
  stop(): OpenCall[] {
    return this.#close(new Problem('plugin_died', stopped));
  }

  blame(detail: string): void {
    this.#lose('plugin_died', { type: 'frame_forged', detail, evidence: { openCalls: this.open.size } }, null);
  }

  violation(violation: Violation): void {
    // What our own code in the runner never does is not refused but ended, before it can be tried twice.
    if (violations[violation.type].hostile) this.#lose('plugin_died', violation, null);
    else this.#options.reports.report(this.#options.installation(), violation);
  }

  /** After four thousand million calls the numbers begin anew; one that is still open is passed over. */
  #nextId(): number {
    do {
      this.#wrapped ||= this.#lastId === lastCallId;
      this.#lastId = this.#lastId === lastCallId ? 1 : this.#lastId + 1;
    } while (this.open.has(this.#lastId));
    return this.#lastId;
  }

  #body(call: OpenCall): string {
    const hook = call.hook === null ? '' : `"hook":${JSON.stringify(call.hook)},`;
    const file = call.photo === undefined ? 'null' : `{"size":${call.photo.file.size}}`;
    const settings = this.#settingsJson();
    // By hand, because the input and the configuration are JSON already: parsing and writing them again costs more than
    // the rest of the call. Both come from JSON.stringify.
    return `{"kind":"${call.kind}",${hook}"input":${call.inputJson},"context":{"file":${file}${settings}}}`;
  }

  /** Only what is new to the runner: it knows what came with the call before. */
  #settingsJson(): string {
    const permissions = this.#permissionsJson();
    const config = this.configJson;
    const known = this.#known;
    if (known.config === config && known.permissions === permissions) return '';
    this.#known = { config, permissions };
    return `,"config":${config},"permissions":${permissions}`;
  }

  /** Written anew only when other ones are granted. */
  #permissionsJson(): string {
    const granted = this.#options.installation().grants();
    const { names } = this.#permissions;
    let same = names.length === granted.size;
    let index = 0;
    for (const name of granted) same = same && names[index++] === name;
    if (!same) this.#permissions = { names: [...granted], json: JSON.stringify([...granted]) };
    return this.#permissions.json;
  }

  #receive(frame: Frame): void {
    if (this.#state === 'over') return;
    switch (frame.type) {
      case frameTypes.hostCall:
        return this.#broker.handle(frame);
      case frameTypes.result: {
        const call = this.open.get(frame.id);
        if (call === undefined || call.answer !== null) return this.blame('It answered a call that is not open.');
        this.#saidMemory ||= frame.json.startsWith(saysOutOfMemory);
        // What it asked for before it answered belongs to it, though it still waits here.
        if (call.queued > 0) {
          call.answer = frame.json;
          return;
        }
        return this.#end(frame.id, call, frame.json);
      }
      case frameTypes.loaded:
        if (this.#state !== 'loading') return this.blame('It said twice that it is loaded, or unasked.');
        this.#state = 'loaded';
        return this.#loaded.resolve(frame.json);
      default:
        return this.blame('It sent a frame that it may not send now.');
    }
  }

  #openOne(call: WatchedCall | null): OpenCall | null {
    for (const one of this.open.values()) if (one === call) return one;
    return null;
  }

  #end(id: number, call: OpenCall, json: string): void {
    this.open.delete(id);
    endCall(call, { ok: true, json });
    this.#options.onRoom();
  }

  #answered(call: OpenCall): void {
    for (const [id, one] of this.open) if (one === call) return this.#end(id, call, call.answer ?? 'null');
  }

  /** A call that may ask for something: it is in here and has not answered. */
  #askingCall(id: number): OpenCall | undefined {
    const call = this.open.get(id);
    return call?.answer === null ? call : undefined;
  }

  /** @throws Problem */
  #accept(json: string): ReadonlySet<string> {
    const body = readLoaded(json);
    if (body === null) {
      this.blame('What it said about the loaded plugin has no form.');
      throw new Problem('plugin_died', 'The runner sent something broken.');
    }
    if (!body.ok) throw body.problem;
    const { manifest, hooks } = this.#options.installation();
    const implemented = new Set(body.hooks);
    const missing = hooks.filter(({ name }) => !implemented.has(name)).map(({ name }) => name);
    if (missing.length > 0)
      throw new Problem('plugin_hook_missing', `${manifest.main ?? 'index.js'} has no ${missing.join(', ')}.`);
    this.exported = implemented;
    return new Set(body.lifecycle);
  }

  /**
   * The call whose deadline passed is to blame when it is alone, or when the runner was idle: then it waits for something
   * that never comes. In a busy one any of the calls may hold up all the others.
   */
  #endLate(now: number): number {
    let next = Infinity;
    for (const call of this.open.values()) {
      if (call.due > now) {
        next = Math.min(next, call.due);
        continue;
      }
      const culprit = this.open.size === 1 || !this.#watchdog.isBusy() ? call : null;
      const detail = `It had ${call.deadline} ms.`;
      const evidence = {
        kind: call.kind,
        hook: call.hook,
        limitMilliseconds: call.deadline,
        openCalls: this.open.size,
      };
      this.#lose('plugin_timeout', { type: 'time_limit', detail, evidence }, culprit);
      return Infinity;
    }
    return next;
  }

  #silent(): void {
    if (this.#saidMemory) return this.#ended({ code: null, signal: null, output: '' });
    const evidence = { openCalls: this.open.size };
    this.#lose('plugin_died', { type: 'died', detail: closedChannel, evidence }, null);
  }

  #ended({ code, signal, output }: RunnerEnd): void {
    const evidence = { exitCode: code, signal, openCalls: this.open.size };
    // Where even the message could not be written: nothing but memory makes a runner give up without a word.
    const share = this.usage().memoryBytes / (this.#memoryMb * MB);
    const gaveUp = givingUp.has(signal ?? '') && (output === '' || share > 1 / 3);
    // The last look at its memory was up to 25 ms before.
    const ranOut = faults.has(signal ?? '') && share > 1 / 2;
    if (this.#saidMemory || gaveUp || ranOut || outOfMemory.test(output)) {
      const detail = 'It got no more memory.';
      const limit = { limitBytes: this.#memoryMb * MB };
      return this.#lose('plugin_memory', { type: 'memory_limit', detail, evidence: { ...evidence, ...limit } }, null);
    }
    const detail = `It ended by itself (${signal ?? `code ${code}`}).`;
    this.#lose('plugin_died', { type: 'died', detail, evidence }, null);
  }

  #lose(code: ErrorCode, violation: Violation, culprit: OpenCall | null): void {
    if (this.#state === 'over') return;
    const { hostile } = violations[violation.type];
    const isRefused = hostile || violation.type === 'call_ended' || violation.type === 'host_call_limit';
    const detail = isRefused ? `It was stopped: ${violation.detail}` : violation.detail;
    this.#options.reports.report(this.#options.installation(), violation, { always: true });
    this.loss = new Problem(code, detail === '' ? errors[code][1] : detail);
    const calls = this.#close(this.loss);
    this.#options.onLoss({ code, detail, hostile, culprit, calls });
  }

  #close(problem: Problem): OpenCall[] {
    if (this.#state === 'over') return [];
    this.#state = 'over';
    this.#deadlines.close();
    this.#broker.close();
    this.#watchdog.close();
    this.#runner.kill();
    this.#loaded.reject(problem);
    const calls = [...this.open.values()];
    this.open.clear();
    return calls;
  }
}
