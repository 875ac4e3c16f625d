import type { Socket } from 'node:net';
import {
  createFrameDecoder,
  FrameError,
  FrameWriter,
  type Frame,
  type FrameSender,
  type FrameType,
} from '@proofpix/contract/wire';
import { StayAwake } from './stay-awake.ts';

/** How a runner ended. `output` is the beginning of what it wrote to stderr and stdout. */
export type RunnerEnd = { code: number | null; signal: NodeJS.Signals | null; output: string };

/** A process that runs, whoever started it. */
export type StartedProcess = {
  /** The process itself, whatever stands in front of it. */
  readonly pid: number;
  /** Our end of the socketpair that it has as fd 3. */
  readonly channel: Socket;
  /** SIGKILL. */
  kill(): void;
  /** Settles when the process is gone and what it had sent was read. */
  readonly gone: Promise<RunnerEnd>;
};

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

/** Said of a process that lives on without its channel. One that is slow to end does the same, so it proves nothing. */
export const closedChannel = 'It closed its channel.';

/** One process that speaks frames on fd 3. Knows nothing of plugins. */
export class Runner {
  readonly pid: number;
  /** Settles when the process is gone. */
  readonly gone: Promise<RunnerEnd>;
  listener: RunnerListener | null = null;
  /** The kernel holds it to the memory that manifests get when they ask for nothing. */
  hasUsualLimit = false;
  readonly #process: StartedProcess;
  readonly #socket: Socket;
  #killed = false;
  #ended = false;
  readonly #pending = new FrameWriter();
  readonly #awake = new StayAwake();
  readonly #flushLater = (): void => this.#flush();
  #sent: (() => void)[] = [];

  /** @param from - which frames it may send */
  constructor(started: StartedProcess, from: Exclude<FrameSender, 'host'> = 'runner') {
    this.pid = started.pid;
    this.#process = started;
    this.#socket = started.channel;
    const decode = createFrameDecoder((frame) => this.listener?.frame(frame), { from });
    this.#socket.on('data', (chunk: Buffer) => {
      if (this.#killed) return;
      this.#awake.answered();
      try {
        decode(chunk);
      } catch (error) {
        // Only what the runner sent is its fault. A mistake of ours ends it too, but locks nobody's plugin up.
        if (error instanceof FrameError) this.#break(error.message);
        else this.kill();
      }
    });
    this.#socket.on('drain', () => this.listener?.drained());
    // Writing to a process that is just ending: its end is reported by `exit`.
    this.#socket.on('error', () => {});
    // A process that ends closes its channel a moment before its end is reported; one that lives on is playing.
    this.#socket.on('close', () => setTimeout(() => this.#break(closedChannel), 1_000).unref());
    this.gone = started.gone.then((end) => {
      this.#ended = true;
      this.#socket.destroy();
      this.listener?.ended(end);
      return end;
    });
  }

  /** Bytes that were sent and that the process has not taken yet. */
  get bufferedBytes(): number {
    return this.#pending.byteLength + this.#socket.writableLength;
  }

  /** Frames of one turn of the event loop leave in one write. `onSent` is called when the process took them, or ended. */
  send(type: FrameType, id: number, json: string, bytes?: Uint8Array, onSent?: () => void): void {
    if (this.#ended || this.#killed) {
      onSent?.();
      return;
    }
    if (this.#pending.byteLength === 0) process.nextTick(this.#flushLater);
    this.#pending.add(type, id, json, bytes);
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
    this.#process.kill();
    // A paused socket would keep `close` from coming.
    this.#socket.destroy();
    for (const onSent of this.#sent.splice(0)) onSent();
  }

  #flush(): void {
    const parts = this.#pending.take();
    const sent = this.#sent;
    if (sent.length > 0) this.#sent = [];
    const socket = this.#socket;
    if (socket.destroyed) {
      for (const onSent of sent) onSent();
      return;
    }
    const done = sent.length === 0 ? undefined : () => sent.forEach((onSent) => onSent());
    if (parts.length > 1) socket.cork();
    parts.forEach((part, index) => socket.write(part, index === parts.length - 1 ? done : undefined));
    if (parts.length > 1) socket.uncork();
    this.#awake.asked();
    // The operating system has taken everything, which is the rule.
    if (socket.writableLength === 0) this.#pending.reuse();
  }

  #break(detail: string): void {
    if (this.#killed || this.#ended) return;
    if (this.listener) this.listener.broken(detail);
    else this.kill();
  }
}
