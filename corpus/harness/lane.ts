import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { canaryName } from './config.ts';
import { descendantsOf, isRunning } from './processes.ts';
import type { FromSubject, Report, ToSubject } from './subject.ts';

const program = fileURLToPath(new URL('./subject.ts', import.meta.url));
const bootMilliseconds = 60_000;
/** Longer than anything a snippet may take by all deadlines together. */
const snippetMilliseconds = 90_000;

/** One subject after the other: where one is brought down, the next takes its place. */
export type Lane = {
  /** `alone`: nothing else of this run is at work, so that the subject may wait until its machine is calm. */
  run(path: string, alone: boolean): Promise<Report>;
  close(): Promise<void>;
  /** Times in which the neighbour of an undisturbed subject answered. */
  quiet: number[];
  /** Processes that were left behind by subjects, after `close`. */
  leaked(): number;
};

export function openLane(): Lane {
  const quiet: number[] = [];
  const left: number[] = [];
  let subject: Subject | null = null;

  async function ended(one: Subject): Promise<void> {
    // A moment for the kernel to take the orphans away.
    const until = performance.now() + 2_000;
    while (one.children.some(isRunning) && performance.now() < until) await pause(20);
    left.push(...one.children.filter(isRunning));
  }

  return {
    quiet,
    leaked: () => left.length,
    async run(path, alone) {
      subject ??= await startSubject(quiet).catch(() => startSubject(quiet));
      const report = await subject.run(path, alone);
      // Its built-ins, its neighbour or its files are no longer what they were, or it is gone.
      if (report.outcome !== 'clean') {
        const spoilt = subject;
        subject = null;
        await spoilt.end();
        await ended(spoilt);
      }
      return report;
    },
    async close() {
      if (subject === null) return;
      await subject.end();
      await ended(subject);
      subject = null;
    },
  };
}

type Subject = {
  run(path: string, alone: boolean): Promise<Report>;
  end(): Promise<void>;
  /** Processes that it had at any time we looked. */
  children: number[];
};

async function startSubject(quiet: number[]): Promise<Subject> {
  const child = fork(program, [], {
    // Nothing but the canary: no other secret may be found instead.
    env: { [canaryName]: `canary-${randomBytes(16).toString('hex')}` },
    execArgv: ['--no-warnings'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-2_000)));
  const children: number[] = [];
  const look = (): void => {
    for (const pid of descendantsOf(child.pid ?? 0)) if (!children.includes(pid)) children.push(pid);
  };
  const gone = once(child, 'exit');
  const first = await answerOf(child, gone, bootMilliseconds);
  if (first === null || !('ready' in first)) {
    child.kill('SIGKILL');
    throw new Error(`The host to test did not start. ${stderr}`);
  }
  quiet.push(...first.ready);
  return {
    children,
    async run(path, alone) {
      const began = performance.now();
      look();
      send(child, { path, alone });
      const answer = await answerOf(child, gone, snippetMilliseconds);
      if (answer !== null && 'report' in answer) {
        look();
        return answer.report;
      }
      const ms = Math.round(performance.now() - began);
      if (child.exitCode === null && child.signalCode === null) {
        return { outcome: 'stall', answer: '', detail: 'The host did not answer any more.', ms, neighbour: ms };
      }
      const how = `The host's process ended (${child.signalCode ?? child.exitCode}). ${stderr}`;
      return { outcome: 'crash', answer: '', detail: how, ms, neighbour: 0 };
    },
    async end() {
      look();
      if (child.connected) send(child, { end: true });
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await gone;
      clearTimeout(timer);
    },
  };
}

/** The next message; null when the process ends or the time is over first. */
async function answerOf(child: ChildProcess, gone: Promise<unknown>, most: number): Promise<FromSubject | null> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), most);
  const answer = once(child, 'message', { signal: stop.signal }).then(
    ([message]) => message as FromSubject, // our own subject.ts
    () => null,
  );
  const first = await Promise.race([answer, gone.then(() => null)]);
  clearTimeout(timer);
  stop.abort();
  return first;
}

function send(child: ChildProcess, message: ToSubject): void {
  // It may be ending at this moment: then `exit` says so.
  child.send(message, () => {});
}

const pause = (milliseconds: number) => new Promise<void>((resolve) => void setTimeout(resolve, milliseconds));
