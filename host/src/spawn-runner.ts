import { spawn, execFile, type ChildProcess } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import type { Socket } from 'node:net';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createFrameDecoder, encodeFrame, frameTypes, type Frame, type FrameType } from '@proofpix/contract/wire';

/** How a runner ended. `output` is the beginning of what it wrote to stderr and stdout. */
export type RunnerEnd = { code: number | null; signal: NodeJS.Signals | null; output: string };

/** Who listens to a runner: nobody but the installation it is assigned to. */
export type RunnerListener = {
  frame(frame: Frame): void;
  /** It broke the protocol. The listener ends it. */
  broken(detail: string): void;
  /** The process is gone. Comes exactly once. */
  ended(end: RunnerEnd): void;
  /** What was waiting to be written has been written. */
  drained(): void;
};

const keptOutputBytes = 16 * 1024;
const readOutputBytes = 1024 * 1024;
/** Small buffers are joined into one write; copying more than this costs more than a second write. */
const joinBytes = 256 * 1024;
const root = dirname(dirname(dirname(realpathSync(fileURLToPath(import.meta.url)))));

let staged: Promise<string[]> | undefined;

/**
 * How the runner is started: it says so itself, once for this process, after it wrote a copy of its sources without types
 * (a third of the time and memory). Another file, for tests, runs under the same restrictions.
 */
function runnerArguments(file: string | undefined): Promise<string[]> {
  if (file !== undefined) {
    return Promise.resolve([
      '--no-node-snapshot',
      '--no-warnings',
      '--permission',
      '--allow-addons',
      `--allow-fs-read=${file}`,
      file,
    ]);
  }
  staged ??= stage();
  // A failure is tried again by the next runner.
  staged.catch(() => (staged = undefined));
  return staged;
}

async function stage(): Promise<string[]> {
  const options = { cwd: '/', env: {}, timeout: 60_000 };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--no-warnings', join(root, 'runner', 'stage.mjs')],
    options,
  );
  const printed: unknown = JSON.parse(stdout);
  if (!Array.isArray(printed) || !printed.every((each) => typeof each === 'string'))
    throw new Error('The runner did not say how it is started.');
  return printed;
}

let tie: Promise<string[]> | undefined;

/** A command in front that ties the runner's life to ours: a spinning runner must not outlive a host that was killed. */
function dieWithParent(): Promise<string[]> {
  tie ??= new Promise((resolve) => {
    const program = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path));
    if (program === undefined) return resolve([]);
    const command = [program, '--pdeathsig', 'KILL', '--'];
    // Tried once: BusyBox has a setpriv that does not know the option.
    execFile(program, [...command.slice(1), process.execPath, '--version'], { env: {}, timeout: 10_000 }, (error) =>
      resolve(error === null ? command : []),
    );
  });
  return tie;
}

/** One child process that speaks frames on fd 3. Knows nothing of plugins. */
export class Runner {
  readonly pid: number;
  /** Settles when the process is gone. */
  readonly gone: Promise<RunnerEnd>;
  listener: RunnerListener | null = null;
  /** The kernel holds it to the memory that manifests get when they ask for nothing. */
  hasUsualLimit = false;
  readonly #child: ChildProcess;
  readonly #socket: Socket;
  #output = '';
  #killed = false;
  #ended = false;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #sent: (() => void)[] = [];

  constructor(child: ChildProcess) {
    if (child.pid === undefined) throw new Error('The process was not started.');
    this.pid = child.pid;
    this.#child = child;
    this.#socket = child.stdio[3] as Socket; // 'pipe' beyond fd 2 makes a socketpair, which Node wraps in a Socket
    const decode = createFrameDecoder((frame) => this.listener?.frame(frame), { from: 'runner' });
    this.#socket.on('data', (chunk: Buffer) => {
      if (this.#killed) return;
      try {
        decode(chunk);
      } catch (error) {
        this.#break(error instanceof Error ? error.message : 'The frame could not be read.');
      }
    });
    this.#socket.on('drain', () => this.listener?.drained());
    // Writing to a process that is just ending: its end is reported by `exit`.
    this.#socket.on('error', () => {});
    // A process that ends closes its channel a moment before its end is reported; one that lives on is playing.
    this.#socket.on('close', () => setTimeout(() => this.#break('It closed its channel.'), 1_000).unref());
    for (const stream of [child.stdout, child.stderr]) if (stream) this.#capture(stream);
    this.gone = new Promise((resolve) => {
      const end = (code: number | null, signal: NodeJS.Signals | null): void => {
        if (this.#ended) return;
        this.#ended = true;
        this.#socket.destroy();
        const how = { code, signal, output: this.#output };
        resolve(how);
        this.listener?.ended(how);
      };
      // `close` comes when stderr has been read to its end too, so that the reason of a crash is known; `exit` first
      // where something else holds the pipes open.
      child.on('close', end);
      child.on('exit', (code, signal) => setTimeout(end, 50, code, signal).unref());
    });
  }

  /** Bytes that were sent and that the process has not taken yet. */
  get bufferedBytes(): number {
    return this.#pendingBytes + this.#socket.writableLength;
  }

  /** Frames of one turn of the event loop leave in one write. `onSent` is called when the process took them, or ended. */
  send(type: FrameType, id: number, json: string, bytes?: Uint8Array, onSent?: () => void): void {
    if (this.#ended || this.#killed) {
      onSent?.();
      return;
    }
    if (this.#pending.length === 0) process.nextTick(() => this.#flush());
    for (const part of encodeFrame({ type, id, json, bytes })) {
      this.#pending.push(part);
      this.#pendingBytes += part.length;
    }
    if (onSent !== undefined) this.#sent.push(onSent);
  }

  /** Stops and resumes reading: a runner that asks faster than it is answered waits in its own process. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    if (!this.#ended) this.#socket.resume();
  }

  /** SIGKILL: nothing in the process can refuse or delay it. Nothing it sent is looked at any more. */
  kill(): void {
    if (this.#killed) return;
    this.#killed = true;
    this.#child.kill('SIGKILL');
    // A paused socket would keep `close` from coming.
    this.#socket.destroy();
    for (const onSent of this.#sent.splice(0)) onSent();
  }

  #flush(): void {
    const parts = this.#pending;
    const sent = this.#sent;
    this.#pending = [];
    this.#sent = [];
    const size = this.#pendingBytes;
    this.#pendingBytes = 0;
    if (this.#socket.destroyed) {
      for (const onSent of sent) onSent();
      return;
    }
    const done = sent.length === 0 ? undefined : () => sent.forEach((onSent) => onSent());
    const [first] = parts;
    if (parts.length === 1 && first !== undefined) {
      this.#socket.write(first, done);
    } else if (size <= joinBytes) {
      this.#socket.write(Buffer.concat(parts, size), done);
    } else {
      this.#socket.cork();
      parts.forEach((part, index) => this.#socket.write(part, index === parts.length - 1 ? done : undefined));
      this.#socket.uncork();
    }
  }

  #break(detail: string): void {
    if (this.#killed || this.#ended) return;
    if (this.listener) this.listener.broken(detail);
    else this.kill();
  }

  /** Reads on after the cap, so that the process does not block, and closes the pipe in the face of a flood. */
  #capture(stream: Readable): void {
    let seen = 0;
    stream.on('error', () => {});
    stream.on('data', (chunk: Buffer) => {
      seen += chunk.length;
      const room = keptOutputBytes - this.#output.length;
      if (room > 0) this.#output += chunk.toString('latin1', 0, room);
      if (seen > readOutputBytes) stream.destroy();
    });
  }
}

/** Starts a process and waits for its greeting. @throws Error when it does not boot in time */
export async function spawnRunner(options: {
  file?: string;
  bootMilliseconds: number;
  signal: AbortSignal;
}): Promise<Runner> {
  const [wrapper, own] = await Promise.all([dieWithParent(), runnerArguments(options.file)]);
  const [program = process.execPath, ...before] = [...wrapper, process.execPath];
  options.signal.throwIfAborted();
  const child = spawn(program, [...before, ...own], {
    cwd: '/',
    // Nothing of our environment: keys and passwords may stand in it.
    env: {},
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  if (child.pid === undefined) {
    throw new Error(await new Promise<string>((resolve) => child.once('error', (error) => resolve(error.message))));
  }
  child.on('error', () => {});
  const runner = new Runner(child);
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), options.bootMilliseconds);
  const greeted = new Promise<void>((resolve, reject) => {
    runner.listener = {
      frame: ({ type }) => {
        if (type === frameTypes.ready) return resolve();
        reject(new Error('The runner spoke before it was booted.'));
      },
      broken: (detail) => reject(new Error(detail)),
      ended: ({ code, signal, output }) =>
        reject(new Error(`The runner ended while booting (${signal ?? code}). ${output}`)),
      drained: () => {},
    };
    const refuse = (): void => reject(new Error('The runner did not boot in time.'));
    late.signal.addEventListener('abort', refuse);
    options.signal.addEventListener('abort', refuse, { signal: late.signal });
  });
  try {
    await greeted;
  } catch (error) {
    runner.kill();
    await runner.gone;
    throw error;
  } finally {
    clearTimeout(timer);
    late.abort();
  }
  runner.listener = null;
  return runner;
}
