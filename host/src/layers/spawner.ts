import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { RunnerEnd } from '../runner-process.ts';
import type { Command } from './command.ts';
import { programs } from './programs.ts';
import { startHere, type SpawnedProcess } from './start-here.ts';

type Started = { pid: number; namespacePid: number | null; parentPid: number };
/** What spawner.mjs says, each with the number of the request. */
type Message =
  | { ready: true }
  | ({ started: number } & Started)
  | { failed: number; message: string }
  | ({ gone: number } & RunnerEnd)
  | { ran: number; ok: boolean };

type Waiting = {
  started(how: Started, channel: Socket): void;
  failed(error: Error): void;
  gone(end: RunnerEnd): void;
};

type Spawner = {
  readonly alive: boolean;
  start(command: Command): Promise<SpawnedProcess>;
  run(command: readonly string[]): Promise<boolean>;
};

const file = fileURLToPath(new URL('./spawner.mjs', import.meta.url));
/** It holds next to nothing. */
const flags = ['--no-warnings', '--max-old-space-size=32', '--max-semi-space-size=1', '--v8-pool-size=1'];
/** For what a dead process had sent and nobody read yet. */
const restMilliseconds = 50;
const lost: RunnerEnd = { code: null, signal: 'SIGKILL', output: 'The process that starts runners ended.' };

const signalNames = new Map(
  // The names of an object of the signals' names.
  Object.entries(constants.signals).map(([name, number]) => [number, name as NodeJS.Signals]),
);

let current: Promise<Spawner> | undefined;

/**
 * Starts a process with a socketpair as its fd 3. Not by forking this one, which may be large: see spawner.mjs.
 * @throws Error when it cannot be started
 */
export async function startProcess(command: Command): Promise<SpawnedProcess> {
  // Sockets can only be handed from one process to another on Unix, and there are no layers to build elsewhere.
  if (process.platform !== 'linux') return startHere(command.command);
  return (await spawner()).start(command);
}

/** Runs a small program of the machine to its end, and tells whether it was content. */
export async function runProgram(command: readonly string[]): Promise<boolean> {
  return (await spawner()).run(command);
}

/** One for all hosts of this process. It ends with us, even when we are killed, and its runners with it. */
async function spawner(): Promise<Spawner> {
  const before = current;
  const last = await before?.catch(() => undefined);
  if (last?.alive === true) return last;
  // Unless somebody else, who waited as well, did so already.
  if (current === before) current = openTied();
  return current ?? openTied();
}

async function openTied(): Promise<Spawner> {
  if (programs.setpriv === undefined) return openSpawner([]);
  const tie = [programs.setpriv, '--pdeathsig', 'KILL', '--'];
  // BusyBox has a setpriv that does not know the option. What is lost then is found by the probe.
  return openSpawner(tie).catch(() => openSpawner([]));
}

/** @throws Error when it ends before it is ready */
async function openSpawner(tie: readonly string[]): Promise<Spawner> {
  const [program = '', ...rest] = [...tie, process.execPath, ...flags, file];
  const child = spawn(program, rest, { cwd: '/', env: {}, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  const processes = new Map<number, Waiting>();
  const runs = new Map<number, (ok: boolean) => void>();
  const ready = Promise.withResolvers<void>();
  let lastId = 0;
  let alive = true;
  let isReady = false;

  /** While somebody waits for a word of it, our own process does not end for want of work. */
  function hold(): void {
    if (!isReady || processes.size + runs.size > 0) child.channel?.ref();
    else child.channel?.unref();
  }

  function send(message: object): void {
    hold();
    if (alive) child.send(message, (error) => error !== null && end());
  }

  function end(): void {
    if (!alive) return;
    alive = false;
    ready.reject(new Error(lost.output));
    // Its runners die with it.
    for (const waiting of processes.values()) {
      waiting.failed(new Error(lost.output));
      waiting.gone(lost);
    }
    for (const done of runs.values()) done(false);
    processes.clear();
    runs.clear();
    child.kill('SIGKILL');
  }

  function receive(message: Message, channel: Socket | undefined): void {
    if ('ready' in message) {
      isReady = true;
      ready.resolve();
    } else if ('started' in message) {
      if (channel !== undefined) processes.get(message.started)?.started(message, channel);
    } else if ('gone' in message) {
      processes.get(message.gone)?.gone(message);
      processes.delete(message.gone);
    } else if ('failed' in message) {
      processes.get(message.failed)?.failed(new Error(message.message));
      processes.delete(message.failed);
    } else {
      runs.get(message.ran)?.(message.ok);
      runs.delete(message.ran);
    }
    hold();
  }

  // The program at the other end is ours.
  child.on('message', (message, channel) => receive(message as Message, channel as Socket | undefined));
  for (const event of ['error', 'exit', 'disconnect']) child.on(event, end);
  child.unref();
  await ready.promise;

  return {
    get alive() {
      return alive;
    },
    start: ({ command, filter, namespaced }) =>
      new Promise((resolve, reject) => {
        const gone = Promise.withResolvers<RunnerEnd>();
        const id = ++lastId;
        processes.set(id, {
          started: (how, channel) => resolve(spawned(how, channel, gone.promise)),
          failed: reject,
          gone: gone.resolve,
        });
        send({ start: id, command, filter: filter?.toString('base64') ?? null, namespaced });
      }),
    run: (command) =>
      new Promise((resolve) => {
        const id = ++lastId;
        runs.set(id, resolve);
        send({ run: id, command });
      }),
  };
}

function spawned(
  { pid, namespacePid, parentPid }: Started,
  channel: Socket,
  ended: Promise<RunnerEnd>,
): SpawnedProcess {
  let isOver = false;
  const closed = new Promise<void>((resolve) => channel.once('close', () => resolve()));
  const gone = ended.then(async ({ code, signal, output }) => {
    isOver = true;
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, restMilliseconds).unref())]);
    return { ...endOf(code, signal, namespacePid !== null), output };
  });
  return {
    pid,
    parentPid,
    channel,
    gone,
    kill() {
      if (isOver) return;
      try {
        // With the first process of its namespace everything in it is gone, and only then does its end come. Not through
        // the spawner: this must work while that is busy. The number means nobody else: numbers come round again after
        // thousands of processes, and the end is told within milliseconds.
        process.kill(namespacePid ?? pid, 'SIGKILL');
      } catch {
        // It is gone already; its end is about to be told.
      }
    },
  };
}

/** bwrap says in its exit code which signal ended the process. */
function endOf(
  code: number | null,
  signal: NodeJS.Signals | null,
  namespaced: boolean,
): Pick<RunnerEnd, 'code' | 'signal'> {
  const name = namespaced && code !== null && code > 128 ? signalNames.get(code - 128) : undefined;
  return name === undefined ? { code, signal } : { code: null, signal: name };
}
