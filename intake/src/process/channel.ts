import { Socket } from 'node:net';
import { createFrameDecoder, encodeFrame, type Frame, type FrameType } from '@proofpix/contract/wire';

const hostDescriptor = 3;

export type Channel = { send(type: FrameType, id: number, json: string, bytes?: Uint8Array): void };

/** File descriptor 3. The process ends with its host. */
export function openChannel(onFrame: (frame: Frame) => void): Channel {
  const socket = new Socket({ fd: hostDescriptor, readable: true, writable: true });
  const decode = createFrameDecoder(onFrame);
  socket.on('data', decode);
  socket.on('error', () => {});
  return {
    // What the host does not take at once waits as it is: the bytes are those of the files, which are here anyway.
    send(type, id, json, bytes) {
      for (const part of encodeFrame({ type, id, json, ...(bytes === undefined ? {} : { bytes }) })) socket.write(part);
    },
  };
}
