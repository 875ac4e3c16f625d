import { Socket } from 'node:net';
import { createFrameDecoder, encodeFrame, type Frame, type FrameType } from '@proofpix/contract/wire';

const hostDescriptor = 3;
/** Below this, one copy costs less than a write of many small parts. */
const joinBytes = 64 * 1024;

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
  const socket = new Socket({ fd: hostDescriptor, readable: true, writable: true });
  let received: Frame[] = [];
  let parts: Uint8Array[] = [];
  const decode = createFrameDecoder((frame) => received.push(frame));

  socket.on('data', (chunk: Buffer) => {
    // A plain view: `slice` of a Buffer shares memory, and the decoder's copies are handed to the isolate.
    decode(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    if (received.length === 0) return;
    const frames = received;
    received = [];
    onFrames(frames);
  });
  socket.on('drain', () => socket.resume());
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
      if (!taken) socket.pause();
    },
    close() {
      socket.end();
      socket.destroySoon();
    },
  };
}
