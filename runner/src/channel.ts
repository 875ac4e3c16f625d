import { readSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { createFrameDecoder, FrameWriter, type Frame, type FrameType } from '@proofpix/contract/wire';

const hostDescriptor = 3;
const readBytes = 64 * 1024;
/** Now and then the event loop gets a turn, so that what V8 and Node put off does not pile up. */
const readsAtOnce = 4_096;
/** While this much waits for the host, nothing more is read that would add to it. */
const fullBytes = 8 * 1024 * 1024;

export type Channel = {
  /** Keeps a frame until `flush`; `first` puts it before the others. */
  queue(type: FrameType, id: number, json: string, bytes?: Uint8Array, first?: boolean): void;
  flush(): void;
  /** Reads until the host is gone. */
  listen(): void;
  /** From the next `flush` on frames come and go by the event loop, for good. */
  useEventLoop(): void;
  close(): void;
};

/**
 * File descriptor 3. Frames of one chunk come together, so that the isolate is entered once for all of them.
 *
 * It begins by waiting in `read` and writing at once, because the way through the event loop doubles the time of a call.
 * That ends for good when something besides frames must be waited for, or when the host may wait for us to read while
 * we wait for it: by the event loop, both directions move at the same time.
 */
export function openChannel(onFrames: (frames: Frame[]) => void, onClose: () => void): Channel {
  let received: Frame[] = [];
  const first = new FrameWriter();
  const rest = new FrameWriter();
  let socket: Socket | undefined;
  let wantsEventLoop = process.platform === 'win32';
  let closed = false;
  // One buffer for all reads, since the decoder copies: a fresh one for each chunk is garbage outside of V8's heap,
  // which V8 does not hurry to collect, and the operating system's limit then ends a plugin that only read a photo.
  const buffer = Buffer.alloc(readBytes);
  const decode = createFrameDecoder((frame) => received.push(frame));

  function take(length: number): void {
    decode(length === buffer.length ? buffer : buffer.subarray(0, length));
    if (received.length === 0) return;
    const frames = received;
    received = [];
    onFrames(frames);
  }

  function end(): void {
    if (closed) return;
    closed = true;
    onClose();
  }

  function listen(): void {
    for (let reads = 0; reads < readsAtOnce; reads += 1) {
      if (closed || socket !== undefined) return;
      const length = blockingRead();
      if (length === undefined) continue;
      if (length === 0) return end();
      take(length);
    }
    setImmediate(listen);
  }

  /** Undefined: try again. 0: the host is gone. */
  function blockingRead(): number | undefined {
    try {
      return readSync(hostDescriptor, buffer, 0, buffer.length, null);
    } catch (error) {
      const code = codeOf(error);
      if (code === 'EINTR') return undefined;
      if (code !== 'EAGAIN') return 0;
      // Whoever started us gave a descriptor that does not wait.
      openSocket();
      return undefined;
    }
  }

  /** Gives what is left of the buffer when the descriptor does not wait. */
  function blockingWrite(bytes: Uint8Array): Uint8Array | undefined {
    let rest = bytes;
    while (rest.length > 0) {
      try {
        rest = rest.subarray(writeSync(hostDescriptor, rest));
      } catch (error) {
        const code = codeOf(error);
        if (code === 'EINTR') continue;
        if (code === 'EAGAIN') return rest;
        end();
        return undefined;
      }
    }
    return undefined;
  }

  function openSocket(): Socket {
    const opened: Socket = new Socket({
      fd: hostDescriptor,
      readable: true,
      writable: true,
      onread: {
        buffer,
        callback: (length) => {
          take(length);
          return opened.writableLength < fullBytes;
        },
      },
    });
    opened.on('drain', () => opened.resume());
    // The host has gone: there is nobody to tell, 'close' follows.
    opened.on('error', () => {});
    opened.on('close', end);
    socket = opened;
    return opened;
  }

  function writeAll(parts: Uint8Array[]): void {
    socket?.cork();
    for (const part of parts) {
      const left = socket === undefined ? blockingWrite(part) : part;
      if (closed) return;
      if (left !== undefined) (socket ?? openSocket()).write(left);
    }
    socket?.uncork();
  }

  return {
    queue(type, id, json, bytes, goesFirst) {
      (goesFirst ? first : rest).add(type, id, json, bytes);
    },
    flush() {
      if (wantsEventLoop && socket === undefined && !closed) openSocket();
      if (closed) return;
      if (first.byteLength > 0) writeAll(first.take());
      if (rest.byteLength > 0) writeAll(rest.take());
      if (socket !== undefined && socket.writableLength > 0) return;
      first.reuse();
      rest.reuse();
    },
    listen,
    useEventLoop() {
      wantsEventLoop = true;
    },
    close() {
      if (socket === undefined) return end();
      socket.end();
      socket.destroySoon();
    },
  };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
