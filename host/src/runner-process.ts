import type { Socket } from 'node:net';
import { createFrameDecoder, encodeFrame, type Frame, type FrameType } from '@proofpix/contract/wire';

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

/** Small buffers are joined into one write; copying more than this costs more than a second write. */
const joinBytes = 256 * 1024;

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
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #sent: (() => void)[] = [];

  constructor(started: StartedProcess) {
    this.pid = started.pid;
    this.#process = started;
    this.#socket = started.channel;
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
    this.gone = started.gone.then((end) => {
      this.#ended = true;
      this.#socket.destroy();
      this.listener?.ended(end);
      return end;
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
    this.#process.kill();
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
}
