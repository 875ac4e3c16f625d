import { Socket } from 'node:net';
import { createFrameDecoder, encodeFrame, type Frame, type FrameType } from '@proofpix/contract/wire';

const hostDescriptor = 3;
/** Below this, one copy costs less than a write of many small parts. */
const joinBytes = 64 * 1024;
const readBytes = 64 * 1024;

export type Channel = {
  /** Keeps a frame until `flush`; `first` puts it before the others. */
  queue(type: FrameType, id: number, json: string, bytes?: Uint8Array, first?: boolean): void;
  flush(): void;
  close(): void;
};

/**
 * File descriptor 3. Frames of one chunk come together, so that the isolate is entered once for all of them; while
 * the host does not take what was written, nothing more is read.
 */
export function openChannel(onFrames: (frames: Frame[]) => void, onClose: () => void): Channel {
  let received: Frame[] = [];
  let parts: Uint8Array[] = [];
  let paused = false;
  const decode = createFrameDecoder((frame) => received.push(frame));

  const socket = new Socket({
    fd: hostDescriptor,
    readable: true,
    writable: true,
    // One buffer for all reads, since the decoder copies: a fresh one for each chunk is garbage outside of V8's heap,
    // which V8 does not hurry to collect, and the operating system's limit then ends a plugin that only read a photo.
    onread: {
      buffer: new Uint8Array(readBytes),
      callback: (length, buffer) => {
        decode(buffer.subarray(0, length));
        if (received.length > 0) {
          const frames = received;
          received = [];
          onFrames(frames);
        }
        return !paused;
      },
    },
  });
  socket.on('drain', () => {
    paused = false;
    socket.resume();
  });
  // The host has gone: there is nobody to tell, 'close' follows.
  socket.on('error', () => {});
  socket.on('close', onClose);

  return {
    queue(type, id, json, bytes, first) {
      const frame = encodeFrame({ type, id, json, ...(bytes === undefined ? {} : { bytes }) });
      parts = first ? [...frame, ...parts] : parts;
      if (!first) parts.push(...frame);
    },
    flush() {
      if (parts.length === 0) return;
      const out = parts;
      parts = [];
      let size = 0;
      for (const part of out) size += part.length;
      let taken = true;
      if (size <= joinBytes) {
        taken = socket.write(Buffer.concat(out, size));
      } else {
        socket.cork();
        for (const part of out) taken = socket.write(part);
        socket.uncork();
      }
      if (!taken) {
        paused = true;
        socket.pause();
      }
    },
    close() {
      socket.end();
      socket.destroySoon();
    },
  };
}
