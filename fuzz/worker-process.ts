import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export type Order =
  | { seed: number; from: number; to: number }
  | { input: Uint8Array }
  /** One that ends in an error and leaves the process alive: it is made small there, in at most so many tries. */
  | { shrink: Uint8Array; most: number };
export type Answer =
  | { ready: true }
  /** Another try has begun. */
  | { busy: true }
  | { index: number; fault?: string; peakBytes: number; smallest?: Uint8Array };

export type Limits = {
  /** Processor time that one case may take. Not the clock: a busy machine is slow, and no case hangs for that. */
  cpuMilliseconds: number;
  /** By the clock, for a case that waits for ever and uses no processor. */
  wallMilliseconds: number;
  /** Memory of the whole process. */
  memoryBytes: number;
};

export const usualLimits: Limits = { cpuMilliseconds: 3_000, wallMilliseconds: 60_000, memoryBytes: 512 * 1024 * 1024 };

export type Ending = {
  kind: 'crash' | 'hang' | 'memory';
  index: number;
  detail: string;
  /** Whether the process is over, not only the case. */
  died: boolean;
};

const pollMilliseconds = 50;
const heapMegabytes = 256;
const clockTicksPerSecond = 100;
const pageBytes = 4096;

/**
 * Tries cases in a process of its own until all are done or one ends badly; it is over then, and says which case it was.
 * @returns the cases done, and how it ended, or null when all went well
 * @throws when the process does not start: that says nothing of any case
 */
export async function runCases(options: {
  target: string;
  /** The file that serves the target. */
  worker?: URL;
  order: Order;
  limits: Limits;
  signal?: AbortSignal;
}): Promise<{ done: number; ending: Ending | null; smallest?: Uint8Array }> {
  const { target, worker = new URL('worker.ts', import.meta.url), order, limits, signal } = options;
  const first = 'from' in order ? order.from : -1;
  const last = 'from' in order ? order.to - 1 : -1;
  const child = fork(fileURLToPath(worker), [target], {
    execArgv: [`--max-old-space-size=${heapMegabytes}`, '--no-warnings'],
    env: {},
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let current = first;
  let started = false;
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr = `${stderr}${chunk.toString()}`.slice(-2_000)));

  return new Promise((resolve, reject) => {
    let over = false;
    let smallest: Uint8Array | undefined;
    let begun = 0;
    let seen = { begun: -1, cpu: 0, at: performance.now() };

    function finish(ending: Ending | null): void {
      if (over) return;
      over = true;
      clearInterval(watch);
      signal?.removeEventListener('abort', stop);
      child.kill('SIGKILL');
      resolve({ done: current - first, ending, smallest });
    }
    const fail = (kind: Ending['kind'], detail: string, died = true) => finish({ kind, index: current, detail, died });
    const stop = () => finish(null);
    function ended(why: string): void {
      if (started) return fail(/heap out of memory|allocation failed/i.test(stderr) ? 'memory' : 'crash', why);
      if (over) return;
      // Before it is resolved, which settles it for good.
      reject(new Error(`The process for ${target} did not start: ${why}`));
      finish(null);
    }
    signal?.addEventListener('abort', stop);

    const watch = setInterval(() => {
      const { cpuMilliseconds, memoryBytes } = measure(child.pid);
      if (memoryBytes > limits.memoryBytes) return fail('memory', `${megabytes(memoryBytes)} resident`);
      const now = performance.now();
      if (!started || seen.begun !== begun) seen = { begun, cpu: cpuMilliseconds, at: now };
      else if (cpuMilliseconds - seen.cpu > limits.cpuMilliseconds)
        fail('hang', `over ${limits.cpuMilliseconds} ms of processor time`);
      else if (now - seen.at > limits.wallMilliseconds) fail('hang', `no answer for ${limits.wallMilliseconds} ms`);
    }, pollMilliseconds);

    child.on('message', (answer: Answer) => {
      if ('ready' in answer) {
        started = true;
        child.send(order);
        return;
      }
      if ('busy' in answer) {
        begun += 1;
        return;
      }
      if (answer.fault !== undefined) return fail('crash', answer.fault, false);
      if (answer.peakBytes > limits.memoryBytes) return fail('memory', `${megabytes(answer.peakBytes)} at its peak`);
      smallest = answer.smallest;
      current = answer.index + 1;
      begun += 1;
      if (answer.index === last) finish(null);
    });
    child.on('error', (error) => ended(String(error)));
    child.on('exit', (code, by) => ended(`the process ended (${by ?? code}): ${stderr.trim().slice(0, 1_000)}`));
  });
}

/** From /proc; elsewhere zeros, and what the process says of itself and the clock are left. */
function measure(pid: number | undefined): { cpuMilliseconds: number; memoryBytes: number } {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    return { cpuMilliseconds: (ticks / clockTicksPerSecond) * 1_000, memoryBytes: Number(fields[21]) * pageBytes };
  } catch {
    return { cpuMilliseconds: 0, memoryBytes: 0 };
  }
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MB`;
}
