import { readSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { availableParallelism } from 'node:os';
import { createFrameDecoder, FrameWriter, type Frame, type FrameType } from '@proofpix/contract/wire';

const hostDescriptor = 3;
const readBytes = 64 * 1024;
/** While this much waits for the host, nothing more is read that would add to it. */
const fullBytes = 8 * 1024 * 1024;
/**
 * The next frame is looked for this long before the event loop waits for it: to be woken takes longer than all else of a
 * small call. Where that was in vain, it is tried ever more rarely.
 */
const lookMilliseconds = 0.1;
const longestRest = 256;
/** Whether a read that has nothing to give says so instead of waiting: the pipes of Windows wait. */
const isDirect = process.platform !== 'win32';
/** With one processor whoever stays awake keeps the other one waiting. */
const hasRoom = isDirect && availableParallelism() > 1;
/** Then timers and what V8 put off get their turn. */
const looksAtOnce = 256;

export type Channel = {
  /** Keeps a frame until `flush`; `first` puts it before the others. */
  queue(type: FrameType, id: number, json: string, bytes?: Uint8Array, first?: boolean): void;
  flush(): void;
  close(): void;
};

/** File descriptor 3. Frames of one chunk come together, so that the isolate is entered once for several of them. */
export function openChannel(onFrames: (frames: Frame[]) => void, onClose: () => void): Channel {
  let received: Frame[] = [];
  const first = new FrameWriter();
  const rest = new FrameWriter();
  let closed = false;
  let misses = 0;
  let rests = 0;
  // One buffer for all reads, since the decoder copies: a fresh one for each chunk is garbage outside of V8's heap,
  // which V8 does not hurry to collect, and the operating system's limit then ends a plugin that only read a photo.
  const buffer = Buffer.alloc(readBytes);
  const decode = createFrameDecoder((frame) => received.push(frame));
  // Looking is told "not yet" by an error; nobody reads where it came from.
  Error.stackTraceLimit = 0;

  const socket = new Socket({
    fd: hostDescriptor,
    readable: true,
    writable: true,
    onread: {
      buffer,
      callback: (length) => {
        if (take(length) === 1 && hasRoom) lookForMore();
        return isTaking();
      },
    },
  });
  socket.on('drain', () => socket.resume());
  // The host has gone: there is nobody to tell, 'close' follows.
  socket.on('error', () => {});
  socket.on('close', () => {
    closed = true;
    onClose();
  });

  /** Gives how many frames were complete. */
  function take(length: number): number {
    decode(length === buffer.length ? buffer : buffer.subarray(0, length));
    if (received.length === 0) return 0;
    const frames = received;
    received = [];
    onFrames(frames);
    return frames.length;
  }

  function isTaking(): boolean {
    return socket.writableLength < fullBytes;
  }

  /** Reads as long as frames follow each other closely. The end of the stream is left to the event loop. */
  function lookForMore(): void {
    if (rests > 0) {
      rests -= 1;
      return;
    }
    for (let look = 0; look < looksAtOnce && !socket.destroyed && isTaking(); look += 1) {
      const length = readSoon();
      if (length === 0) {
        misses += 1;
        rests = Math.min(2 ** misses, longestRest);
        return;
      }
      misses = Math.max(0, misses - 1);
      // Of many at a time there are always more: being woken costs nothing then.
      if (take(length) !== 1) return;
    }
  }

  function readSoon(): number {
    const until = performance.now() + lookMilliseconds;
    do {
      try {
        return readSync(hostDescriptor, buffer, 0, buffer.length, null);
      } catch (error) {
        if (!isNotYet(error)) return 0;
      }
    } while (performance.now() < until);
    return 0;
  }

  /** Straight to the host; what it does not take at once waits in the socket, and all that follows behind it. */
  function write(bytes: Uint8Array): void {
    let left = bytes;
    if (isDirect && socket.writableLength === 0) {
      try {
        left = bytes.subarray(writeSync(hostDescriptor, bytes));
      } catch {
        // Full, or gone: the socket finds out which.
      }
    }
    if (left.length > 0) socket.write(left);
  }

  return {
    queue(type, id, json, bytes, goesFirst) {
      (goesFirst ? first : rest).add(type, id, json, bytes);
    },
    flush() {
      if (closed) return;
      if (first.byteLength > 0) for (const part of first.take()) write(part);
      if (rest.byteLength > 0) for (const part of rest.take()) write(part);
      if (socket.writableLength > 0) return;
      first.reuse();
      rest.reuse();
    },
    close() {
      socket.end();
      socket.destroySoon();
    },
  };
}

function isNotYet(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EAGAIN' || error.code === 'EINTR');
}
