import { setTimeout as after } from 'node:timers/promises';
import { frameTypes, type CompileBody } from '@proofpix/contract/wire';
import { limitMemory } from '../memory-limit.ts';
import { ProcessFiles } from '../process-files.ts';
import type { Runner } from '../runner-process.ts';

type Task = { key: string; path: string; bytes: Uint8Array };

const MB = 1024 * 1024;
/** What the process may take beyond what it is made of: a cache takes a multiple of its file. */
const memoryBytes = 256 * MB;
/** The call that a package was loaded for has the processor for itself first. */
const startMilliseconds = 200;
/** For one file. A text that takes longer has no cache. */
const deadlineMilliseconds = 5_000;
/** The process is ended when nothing was asked of it for so long: it holds as much memory as a runner. */
const idleMilliseconds = 30_000;
/** Later tasks are dropped: the next load of the package asks again. */
const mostTasks = 400;
const mostTaskBytes = 64 * MB;
const nothing: Uint8Array = new Uint8Array(0);

/**
 * Has files compiled, one after the other, by a process of its own that runs no plugin code. When it dies or is too slow,
 * the file it had gets no cache, and the others go on in another process.
 */
export class CompileQueue implements AsyncDisposable {
  readonly #start: (signal: AbortSignal) => Promise<Runner>;
  readonly #done: (key: string, cache: Uint8Array) => void;
  readonly #tasks: Task[] = [];
  readonly #keys = new Set<string>();
  #bytes = 0;
  #compiler: Runner | null = null;
  #working: Promise<void> = Promise.resolve();
  #isWorking = false;
  #idle: NodeJS.Timeout | undefined;
  #lastId = 0;
  readonly #closing = new AbortController();

  constructor(start: (signal: AbortSignal) => Promise<Runner>, done: (key: string, cache: Uint8Array) => void) {
    this.#start = start;
    this.#done = done;
  }

  get settled(): Promise<void> {
    return this.#working;
  }

  add(key: string, path: string, bytes: Uint8Array): void {
    if (this.#closing.signal.aborted || this.#keys.has(key)) return;
    if (this.#tasks.length >= mostTasks || this.#bytes + bytes.length > mostTaskBytes) return;
    this.#keys.add(key);
    this.#tasks.push({ key, path, bytes });
    this.#bytes += bytes.length;
    if (this.#isWorking) return;
    this.#isWorking = true;
    clearTimeout(this.#idle);
    this.#working = this.#work();
  }

  async #work(): Promise<void> {
    await after(startMilliseconds, undefined, { signal: this.#closing.signal, ref: false }).catch(() => {});
    for (let task = this.#tasks[0]; task !== undefined && !this.#closing.signal.aborted; task = this.#tasks[0]) {
      let cache: Uint8Array | null = null;
      try {
        const compiler = await this.#running();
        cache = await this.#compile(compiler, task);
      } catch {
        // No process can be started: what waits is dropped, and asked for again by a later load.
        for (const { key } of this.#tasks.splice(0)) this.#keys.delete(key);
        this.#bytes = 0;
        break;
      }
      this.#tasks.shift();
      this.#keys.delete(task.key);
      this.#bytes -= task.bytes.length;
      this.#done(task.key, cache ?? nothing);
    }
    this.#isWorking = false;
    this.#idle = setTimeout(() => void this.#end(), idleMilliseconds);
    this.#idle.unref();
  }

  async #running(): Promise<Runner> {
    if (this.#compiler !== null) return this.#compiler;
    const compiler = await this.#start(this.#closing.signal);
    void compiler.gone.then(() => {
      if (this.#compiler === compiler) this.#compiler = null;
    });
    const files = new ProcessFiles(compiler.pid);
    const peak = files.readPeak();
    files.close();
    if (peak !== null) await limitMemory(compiler.pid, peak.dataBytes + memoryBytes, { final: true });
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
          if (frame.type !== frameTypes.compiled || frame.id !== id) return fail();
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
    clearTimeout(this.#idle);
    this.#tasks.splice(0);
    await this.#end();
    await this.#working;
    clearTimeout(this.#idle);
    await this.#end();
  }
}
