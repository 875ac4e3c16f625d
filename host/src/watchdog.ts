import { limitMemory } from './memory-limit.ts';
import type { Violation } from './capabilities.ts';
import { ProcessFiles, type ProcessReading } from './process-files.ts';

/** What a runner used since it was assigned. */
export type RunnerUsage = { cpuMilliseconds: number; memoryBytes: number };

/** What the watchdog must know of a call: how much processor time is its share so far, and how much it may use. */
export type WatchedCall = { cpuMilliseconds: number; readonly cpuLimit: number };

/** A limit that was passed: how it is called, and the numbers that prove it. `call` where one of them is to blame. */
export type Breach<Call extends WatchedCall> = {
  code: 'plugin_memory' | 'plugin_timeout' | 'plugin_died';
  violation: Violation;
  call: Call | null;
};

const pollMilliseconds = 25;
/** Processor time that a runner may use between two calls for garbage collection, and more the more it may hold. */
const idleCpuMilliseconds = 1_500;
const idleCpuMillisecondsPerMegabyte = 10;
/** Below such a limit, what was used before a call must be known exactly rather than estimated. */
const smallCpuLimit = 200;
/** How finely the kernel tells processor time. */
const tickMilliseconds = 10;
const MB = 1024 * 1024;
/** Most that Node's own program can come to fill by being used. */
const codeBytes = 64 * MB;

/**
 * Watches one assigned runner from outside: the kernel's own limit first (allocation is faster than any polling), polling
 * as the second line, and the processor time that each call uses. Polls only while calls are in flight.
 */
export class Watchdog<Call extends WatchedCall> {
  readonly #files: ProcessFiles;
  readonly #pid: number;
  readonly #memoryBytes: number;
  readonly #calls: () => Iterable<Call>;
  readonly #isNeeded: () => boolean;
  readonly #onBreach: (breach: Breach<Call>) => void;
  readonly #baseline: ProcessReading;
  #emptyDataBytes: number | null | undefined = undefined;
  #usage: RunnerUsage = { cpuMilliseconds: 0, memoryBytes: 0 };
  /** Processor time when the calls in flight were last charged. */
  #chargedUntil = 0;
  /** When the calls in flight were last charged, or watching began (performance.now). */
  #watchedSince = 0;
  /** Processor time when the last call had ended. */
  #idleSince = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: {
    pid: number;
    memoryBytes: number;
    calls: () => Iterable<Call>;
    /** Whether anything is expected of the runner: calls, or its plugin being loaded. */
    isNeeded: () => boolean;
    onBreach: (breach: Breach<Call>) => void;
  }) {
    this.#pid = options.pid;
    this.#memoryBytes = options.memoryBytes;
    this.#calls = options.calls;
    this.#isNeeded = options.isNeeded;
    this.#onBreach = options.onBreach;
    this.#files = new ProcessFiles(options.pid);
    this.#files.forgetPeak();
    this.#baseline = this.#files.read() ?? { cpuMilliseconds: 0, residentBytes: 0, ownBytes: 0 };
  }

  /** The kernel's limit: what the process holds without a plugin, and what the plugin may add. For good. */
  async limitMemory(): Promise<void> {
    this.#emptyDataBytes ??= this.#files.readPeak()?.dataBytes ?? null;
    if (this.#emptyDataBytes === null) return;
    await limitMemory(this.#pid, this.#emptyDataBytes + this.#memoryBytes, { final: true });
  }

  /** Call when something was sent to the runner; costs nothing while the polling is under way. */
  watch(cpuLimit = Infinity): void {
    if (this.#timer !== undefined || this.#closed) return;
    this.#watchedSince = performance.now();
    if (cpuLimit < smallCpuLimit) {
      const reading = this.#files.read();
      if (reading !== null) this.#note(reading);
      // What it used before this call is nobody's.
      this.#charge([]);
    }
    this.#timer = setInterval(() => this.#poll(), pollMilliseconds);
    this.#timer.unref();
  }

  /** For a rare, cheap look at runners without calls: what works or grows then is up to something. */
  sweep(): void {
    if (this.#timer !== undefined || this.#closed) return;
    const used = this.usage().cpuMilliseconds - this.#idleSince;
    const most = idleCpuMilliseconds + (idleCpuMillisecondsPerMegabyte * this.#memoryBytes) / MB;
    if (used > most) {
      const detail = `It used ${Math.round(used)} ms of processor time without a call.`;
      const evidence = { cpuMilliseconds: Math.round(used), limitMilliseconds: Math.round(most) };
      return this.#onBreach({
        code: 'plugin_died',
        violation: { type: 'worked_unasked', detail, evidence },
        call: null,
      });
    }
    this.#checkMemory();
  }

  /** Whether the runner is at work at this moment rather than waiting for something. */
  isBusy(): boolean {
    return this.#files.isBusy();
  }

  /** What was used up to now; after `close`, up to then. */
  usage(): RunnerUsage {
    if (!this.#closed) {
      const reading = this.#files.read();
      const peak = this.#files.readPeak();
      if (reading !== null) this.#note(reading);
      if (peak !== null) this.#note(peak);
    }
    return this.#usage;
  }

  /** Reads a last time. Before the process is killed, while there is still something to read. */
  close(): void {
    if (this.#closed) return;
    this.usage();
    this.#closed = true;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#files.close();
  }

  #note(reading: { cpuMilliseconds?: number; ownBytes: number }): void {
    this.#usage = {
      cpuMilliseconds:
        reading.cpuMilliseconds === undefined
          ? this.#usage.cpuMilliseconds
          : Math.max(this.#usage.cpuMilliseconds, reading.cpuMilliseconds - this.#baseline.cpuMilliseconds),
      memoryBytes: Math.max(this.#usage.memoryBytes, reading.ownBytes - this.#baseline.ownBytes),
    };
  }

  #poll(): void {
    if (!this.#isNeeded()) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      const reading = this.#files.read();
      if (reading !== null) this.#note(reading);
      this.#chargedUntil = this.#usage.cpuMilliseconds;
      this.#idleSince = this.#usage.cpuMilliseconds;
      return;
    }
    if (this.#checkMemory()) return;
    const calls = [...this.#calls()];
    this.#charge(calls);
    const greedy = calls.find(({ cpuMilliseconds, cpuLimit }) => cpuMilliseconds > cpuLimit);
    if (greedy === undefined) return;
    const detail = `It used more than ${greedy.cpuLimit} ms of processor time.`;
    const evidence = { cpuMilliseconds: Math.round(greedy.cpuMilliseconds), limitMilliseconds: greedy.cpuLimit };
    this.#onBreach({ code: 'plugin_timeout', violation: { type: 'cpu_limit', detail, evidence }, call: greedy });
  }

  #checkMemory(): boolean {
    const reading = this.#files.read();
    if (reading === null) return false;
    this.#note(reading);
    const own = reading.ownBytes - this.#baseline.ownBytes;
    // Memory that is shared with nobody but named as a file does not hide: beyond Node's own code, every page counts.
    const held = Math.max(own, reading.residentBytes - this.#baseline.residentBytes - codeBytes);
    if (held <= this.#memoryBytes) return false;
    const detail = `It held ${Math.round(held / MB)} MB of ${Math.round(this.#memoryBytes / MB)} MB.`;
    const evidence = { heldBytes: held, limitBytes: this.#memoryBytes };
    this.#onBreach({ code: 'plugin_memory', violation: { type: 'memory_limit', detail, evidence }, call: null });
    return true;
  }

  /**
   * Shares out the processor time since the last look: which of several calls burned it cannot be seen from outside. Never
   * more than has passed since there was a call: plugins run on one thread, and what came before is nobody's.
   */
  #charge(calls: readonly Call[]): void {
    const now = this.#usage.cpuMilliseconds;
    const at = performance.now();
    const used = Math.min(now - this.#chargedUntil, at - this.#watchedSince + tickMilliseconds);
    for (const call of calls) call.cpuMilliseconds += used / calls.length;
    this.#chargedUntil = now;
    this.#watchedSince = at;
  }
}
