import { setTimeout as after } from 'node:timers/promises';
import { frameTypes, type CompileBody } from '@proofpix/contract/wire';
import { FairQueue } from '../fair-queue.ts';
import { limitMemory } from '../memory-limit.ts';
import { ProcessFiles } from '../process-files.ts';
import type { Runner } from '../runner-process.ts';

/** A file that wants a cache. */
export type Task = { readonly key: string; readonly path: string; readonly bytes: Uint8Array };
/** The files of one package. */
type Batch = { readonly organisationId: string; readonly tasks: readonly Task[]; readonly bytes: number };

const MB = 1024 * 1024;
/** What the process may take beyond what it is made of: a cache takes a multiple of its file. */
const memoryBytes = 256 * MB;
/** For one file. A text that takes longer has no cache. */
const deadlineMilliseconds = 5_000;
/** For all files of one package: others wait behind it. */
const batchMilliseconds = 15_000;
/** Later ones are dropped: the next load of the package asks again. */
const mostBytes = 64 * MB;
const mostOrganisationBytes = 16 * MB;
/** A cache with all functions of a file in it is four times the file; that of a small file holds more than the file. */
const usualCacheBytes = 64 * 1024;
const nothing: Uint8Array = new Uint8Array(0);

/**
 * Has files compiled, one after the other, by processes that run no plugin code: a fresh one for each package, since what it
 * reads may own it. When it dies or is too slow, the file it had gets no cache, and the others go on in another process.
 * Organisations take turns.
 */
export class CompileQueue implements AsyncDisposable {
  readonly #start: (signal: AbortSignal) => Promise<Runner>;
  readonly #done: (key: string, cache: Uint8Array) => void;
  readonly #delay: number;
  readonly #queue = new FairQueue<Batch>();
  /** Of what waits or is being compiled. */
  readonly #keys = new Set<string>();
  readonly #waiting = new Map<string, number>();
  #bytes = 0;
  #compiler: Runner | null = null;
  #working: Promise<void> = Promise.resolve();
  #isWorking = false;
  #lastId = 0;
  readonly #closing = new AbortController();

  constructor(
    start: (signal: AbortSignal) => Promise<Runner>,
    done: (key: string, cache: Uint8Array) => void,
    delayMilliseconds: number,
  ) {
    this.#start = start;
    this.#done = done;
    this.#delay = delayMilliseconds;
  }

  get settled(): Promise<void> {
    return this.#working;
  }

  /** Files of one package. */
  add(organisationId: string, files: readonly Task[]): void {
    const tasks = files.filter(({ key }) => !this.#keys.has(key));
    const bytes = tasks.reduce((sum, task) => sum + task.bytes.length, 0);
    const waiting = this.#waiting.get(organisationId) ?? 0;
    if (tasks.length === 0 || this.#closing.signal.aborted) return;
    if (waiting + bytes > mostOrganisationBytes || this.#bytes + bytes > mostBytes) return;
    for (const { key } of tasks) this.#keys.add(key);
    this.#waiting.set(organisationId, waiting + bytes);
    this.#bytes += bytes;
    this.#queue.push(organisationId, { organisationId, tasks, bytes });
    if (this.#isWorking) return;
    this.#isWorking = true;
    this.#working = this.#work();
  }

  async #work(): Promise<void> {
    await after(this.#delay, undefined, { signal: this.#closing.signal, ref: false }).catch(() => {});
    for (let batch = this.#queue.shift(); batch !== undefined; batch = this.#queue.shift()) {
      // Where no process can be started, what it was for is asked for again by a later load.
      await this.#compileAll(batch.tasks).catch(() => {});
      await this.#end();
      this.#forget(batch);
    }
    this.#isWorking = false;
  }

  #forget({ organisationId, tasks, bytes }: Batch): void {
    for (const { key } of tasks) this.#keys.delete(key);
    const left = (this.#waiting.get(organisationId) ?? 0) - bytes;
    if (left > 0) this.#waiting.set(organisationId, left);
    else this.#waiting.delete(organisationId);
    this.#bytes -= bytes;
  }

  /** @throws Error when no process can be started */
  async #compileAll(tasks: readonly Task[]): Promise<void> {
    const until = performance.now() + batchMilliseconds;
    for (const task of tasks) {
      if (this.#closing.signal.aborted) return;
      const cache = performance.now() > until ? null : await this.#compile(await this.#running(), task);
      this.#done(task.key, cache ?? nothing);
    }
  }

  async #running(): Promise<Runner> {
    if (this.#compiler !== null) return this.#compiler;
    const compiler = await this.#start(this.#closing.signal);
    let isGone = false;
    void compiler.gone.then(() => {
      isGone = true;
      if (this.#compiler === compiler) this.#compiler = null;
    });
    const files = new ProcessFiles(compiler.pid);
    const peak = files.readPeak();
    files.close();
    if (peak !== null) await limitMemory(compiler.pid, peak.dataBytes + memoryBytes, { final: true });
    if (isGone) throw new Error('The process ended before it was used.');
    this.#compiler = compiler;
    return compiler;
  }

  /** The cache, without bytes where the file has none; null when the process did not answer and was ended. */
  #compile(compiler: Runner, { path, bytes }: Task): Promise<Uint8Array | null> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve) => {
      const fail = (): void => {
        clearTimeout(timer);
        compiler.listener = null;
        compiler.kill();
        if (this.#compiler === compiler) this.#compiler = null;
        resolve(null);
      };
      const timer = setTimeout(fail, deadlineMilliseconds);
      compiler.listener = {
        frame: (frame) => {
          // An owned process could send so much that nobody else's caches are kept.
          const isLarge = frame.bytes.length > usualCacheBytes + 4 * bytes.length;
          if (frame.type !== frameTypes.compiled || frame.id !== id || isLarge) return fail();
          clearTimeout(timer);
          compiler.listener = null;
          resolve(frame.bytes);
        },
        broken: fail,
        ended: fail,
        drained: () => {},
      };
      const body: CompileBody = { path };
      compiler.send(frameTypes.compile, id, JSON.stringify(body), bytes);
    });
  }

  async #end(): Promise<void> {
    const compiler = this.#compiler;
    this.#compiler = null;
    compiler?.kill();
    await compiler?.gone;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#end();
    await this.#working;
    await this.#end();
  }
}
