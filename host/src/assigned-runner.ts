import { Compile } from 'typebox/compile';
import { Type } from 'typebox';
import { Problem, errors, type ErrorCode } from '@proofpix/contract/errors';
import type { Json } from '@proofpix/contract/json';
import { limits, manifestLimits } from '@proofpix/contract/limits';
import { frameTypes, type Frame, type LoadBody } from '@proofpix/contract/wire';
import { Broker } from './broker.ts';
import type { Capabilities, Installation, Violation } from './capabilities.ts';
import { cleanError } from './check-result.ts';
import { cleanText } from './clean-text.ts';
import { parseJson } from './json-text.ts';
import { endCall, type OpenCall } from './open-call.ts';
import type { Runner, RunnerEnd } from './runner-process.ts';
import { Watchdog, type RunnerUsage } from './watchdog.ts';

/** Why a runner is gone. `culprit` null: nobody can say which of its calls it was. */
export type Loss = { code: ErrorCode; detail: string; culprit: OpenCall | null; calls: OpenCall[] };

export type AssignedRunnerOptions = {
  runner: Runner;
  installation: () => Installation;
  capabilities: Capabilities;
  deliver(hook: string, payload: Json, call: OpenCall): number;
  /** It ended although nobody asked it to. Comes at most once. */
  onLoss(loss: Loss): void;
  /** There is room for calls again. */
  onRoom(): void;
};

const codeFile = /\.(js|mjs|cjs|json|map)$/;
/** Violations that are reported one by one; what a runner does beyond is more of the same. */
const reportedViolations = 20;
/** While this much waits for the runner, no further call is sent to it. */
const fullBytes = 8 * 1024 * 1024;
const MB = 1024 * 1024;
/** Address space that V8 sets aside for the code of one isolate, and some. */
const isolateBytes = 640 * MB;
const Name = Type.String({ maxLength: 200 });
const Loaded = Compile(
  Type.Object({
    ok: Type.Literal(true),
    hooks: Type.Array(Name, { maxItems: 1_000 }),
    lifecycle: Type.Array(Name, { maxItems: 100 }),
  }),
);

/** One runner with one plugin in it, until its end. */
export class AssignedRunner {
  readonly open = new Map<number, OpenCall>();
  /** Lifecycle functions that the plugin has. */
  lifecycle: ReadonlySet<string> = new Set();
  configJson = 'null';
  readonly #options: AssignedRunnerOptions;
  readonly #runner: Runner;
  readonly #broker: Broker;
  readonly #watchdog: Watchdog<OpenCall>;
  readonly #loaded = Promise.withResolvers<string>();
  #state: 'new' | 'loading' | 'loaded' | 'over' = 'new';
  #lastId = 0;
  #violations = 0;

  constructor(options: AssignedRunnerOptions) {
    this.#options = options;
    this.#runner = options.runner;
    // Nobody may be waiting when it fails.
    this.#loaded.promise.catch(() => {});
    const { manifest } = options.installation();
    this.#watchdog = new Watchdog<OpenCall>({
      pid: options.runner.pid,
      memoryBytes: (manifest.limits?.memory ?? manifestLimits.memory.default) * MB,
      calls: () => this.open.values(),
      isNeeded: () => this.open.size > 0 || this.#state === 'loading',
      onBreach: (breach) => this.#lose(breach.code, breach.detail, 'call' in breach ? breach.call : null),
    });
    this.#broker = new Broker(
      {
        installation: options.installation,
        call: (id) => this.open.get(id),
        wasCall: (id) => id > 0 && id <= this.#lastId,
        reply: (id, json, bytes, onSent) => this.#runner.send(frameTypes.reply, id, json, bytes, onSent),
        pause: () => this.#runner.pause(),
        resume: () => this.#runner.resume(),
        violation: (violation) => this.#violation(violation),
        broken: (detail) => this.#break(detail),
        deliver: options.deliver,
      },
      options.capabilities,
    );
    options.runner.listener = {
      frame: (frame) => this.#receive(frame),
      broken: (detail) => this.#break(detail),
      ended: (end) => this.#ended(end),
      drained: () => options.onRoom(),
    };
  }

  get gone(): Promise<unknown> {
    return this.#runner.gone;
  }

  get isFull(): boolean {
    return this.#runner.bufferedBytes > fullBytes;
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
    const memoryMb = manifest.limits?.memory ?? manifestLimits.memory.default;
    const isResized = memoryMb !== manifestLimits.memory.default;
    const limited = this.#watchdog.limitMemory({ extraBytes: isResized ? isolateBytes : 0 });
    // A limit is there before the first line of the plugin runs: the usual one since the boot, any other one from here on.
    const [packaged] = await Promise.all([
      installation.readFiles(),
      isResized || !this.#runner.hasUsualLimit ? limited : undefined,
    ]);
    const files = [...packaged].filter(([path]) => codeFile.test(path));
    const body: LoadBody = {
      pluginId,
      version,
      main: manifest.main ?? 'index.js',
      files: files.map(([path, bytes]) => ({ path, size: bytes.length })),
      memoryMb,
      permissions: [...installation.grants()],
    };
    const code = Buffer.concat(files.map(([, bytes]) => bytes));
    if (code.length > limits.packageUnpackedBytes) throw new Problem('plugin_load_failed', 'Its code is too large.');
    this.#state = this.#state === 'new' ? 'loading' : this.#state;
    this.#watchdog.watch();
    this.#runner.send(frameTypes.load, 1, JSON.stringify(body), code);
    const timer = setTimeout(
      () =>
        this.#lose('plugin_timeout', `Its code was not evaluated within ${limits.initializeMilliseconds} ms.`, null),
      limits.initializeMilliseconds,
    );
    try {
      this.#accept(await this.#loaded.promise);
      if (isResized) await this.#watchdog.limitMemory();
    } finally {
      clearTimeout(timer);
    }
  }

  /** Puts a call into the runner. Its end comes through `endCall`, or in the loss of the runner. */
  send(call: OpenCall): void {
    this.#lastId = this.#lastId === 0xffffffff ? 1 : this.#lastId + 1;
    const id = this.#lastId;
    this.open.set(id, call);
    call.state = 'open';
    call.attempts += 1;
    call.blame = (detail) => this.#break(detail);
    if (call.attempts === 1) call.startedAt = performance.now();
    clearTimeout(call.timer);
    // One turn later: an answer that came while we were busy elsewhere is read before anybody is stopped.
    call.timer = setTimeout(() => setImmediate(() => this.#late(id, call)), call.deadline);
    this.#watchdog.watch();
    this.#runner.send(frameTypes.call, id, this.#body(call));
  }

  /** Ends the process because somebody asked for it. Calls in it are given back unanswered. */
  stop(): OpenCall[] {
    return this.#close('The runner was stopped.');
  }

  #body(call: OpenCall): string {
    const hook = call.hook === null ? '' : `"hook":${JSON.stringify(call.hook)},`;
    const file = call.photo === undefined ? 'null' : `{"size":${call.photo.file.size}}`;
    const permissions = JSON.stringify([...this.#options.installation().grants()]);
    // By hand, because the input and the configuration are JSON already: parsing and writing them again costs more than
    // the rest of the call. Both come from JSON.stringify.
    return `{"kind":"${call.kind}",${hook}"input":${call.inputJson},"context":{"config":${this.configJson},"file":${file},"permissions":${permissions}}}`;
  }

  #receive(frame: Frame): void {
    if (this.#state === 'over') return;
    switch (frame.type) {
      case frameTypes.hostCall:
        return this.#broker.handle(frame);
      case frameTypes.result: {
        const call = this.open.get(frame.id);
        if (call === undefined) return this.#break('It answered a call that is not open.');
        this.open.delete(frame.id);
        endCall(call, { ok: true, json: frame.json });
        return this.#options.onRoom();
      }
      case frameTypes.loaded:
        if (this.#state !== 'loading') return this.#break('It said twice that it is loaded, or unasked.');
        this.#state = 'loaded';
        return this.#loaded.resolve(frame.json);
      default:
        return this.#break('It sent a frame that it may not send now.');
    }
  }

  /** @throws Problem */
  #accept(json: string): void {
    const body = readLoaded(json);
    if (body === null) {
      this.#break('What it said about the loaded plugin has no form.');
      throw new Problem('plugin_died', 'The runner sent something broken.');
    }
    if (!body.ok) throw body.problem;
    const { manifest, hooks } = this.#options.installation();
    const implemented = new Set(body.hooks);
    const missing = hooks.filter(({ name }) => !implemented.has(name)).map(({ name }) => name);
    if (missing.length > 0)
      throw new Problem('plugin_hook_missing', `${manifest.main ?? 'index.js'} has no ${missing.join(', ')}.`);
    this.lifecycle = new Set(body.lifecycle);
  }

  /**
   * The call whose deadline passed is to blame when it is alone, or when the runner was idle: then it waits for something
   * that never comes. In a busy one any of the calls may hold up all the others.
   */
  #late(id: number, call: OpenCall): void {
    if (this.open.get(id) !== call) return;
    const culprit = this.open.size === 1 || !this.#watchdog.isBusy() ? call : null;
    this.#lose('plugin_timeout', `It had ${call.deadline} ms.`, culprit);
  }

  #ended({ code, signal, output }: RunnerEnd): void {
    // How V8, the C library and isolated-vm say that they got no more memory before they give up.
    const memory = /out of memory|allocation failed|bad_alloc|heap limit|is_heap_oom = 1/i.test(output);
    const detail = memory ? 'It got no more memory.' : `It ended by itself (${signal ?? `code ${code}`}).`;
    this.#lose(memory ? 'plugin_memory' : 'plugin_died', detail, null);
  }

  #break(detail: string): void {
    if (this.#state !== 'over') this.#report({ type: 'frame_forged', detail, evidence: {} });
    this.#lose('plugin_died', `It was stopped: ${detail}`, null);
  }

  #lose(code: ErrorCode, detail: string, culprit: OpenCall | null): void {
    if (this.#state === 'over') return;
    const calls = this.#close(errors[code][1], new Problem(code, detail));
    this.#options.onLoss({ code, detail, culprit, calls });
  }

  #close(reason: string, problem: Problem = new Problem('plugin_died', reason)): OpenCall[] {
    if (this.#state === 'over') return [];
    this.#state = 'over';
    this.#watchdog.close();
    this.#runner.kill();
    this.#loaded.reject(problem);
    const calls = [...this.open.values()];
    this.open.clear();
    for (const call of calls) clearTimeout(call.timer);
    return calls;
  }

  #violation(violation: Violation): void {
    this.#violations += 1;
    if (this.#violations <= reportedViolations) this.#report(violation);
  }

  #report(violation: Violation): void {
    const detail = cleanText(violation.detail);
    this.#options.capabilities.violation(this.#options.installation(), { ...violation, detail });
  }
}

type Judged = { ok: true; hooks: string[]; lifecycle: string[] } | { ok: false; problem: Problem };

function readLoaded(json: string): Judged | null {
  try {
    const body = parseJson(json, { depth: limits.jsonDepth, code: 'plugin_load_failed' });
    if (Loaded.Check(body)) return { ok: true, hooks: body.hooks, lifecycle: body.lifecycle };
    if (typeof body !== 'object' || body === null || !('error' in body)) return null;
    const { code, message, stack } = cleanError(body.error);
    const where = stack
      ?.split('\n')
      .find((line) => line.includes('.js') || line.includes('.cjs') || line.includes('.mjs'));
    if (code === 'plugin_memory') return { ok: false, problem: new Problem(code) };
    return {
      ok: false,
      problem: new Problem('plugin_load_failed', where === undefined ? message : `${message} ${where.trim()}`),
    };
  } catch {
    return null;
  }
}
