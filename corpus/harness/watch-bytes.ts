import { Socket } from 'node:net';

export type ByteWatch = {
  /** How often each text came in over any socket or pipe of this process since the last look. */
  take(): { [text: string]: number };
};

/**
 * Looks for texts in every byte that comes into this process: frames, stdout and stderr of runners. Below the host's own
 * code, so that a result which the host refuses is seen too, and whatever way the host reads.
 */
export function watchBytes(texts: readonly string[]): ByteWatch {
  const wanted = texts.map((text) => Buffer.from(text));
  const longest = Math.max(...wanted.map(({ length }) => length));
  let seen: { [text: string]: number } = {};
  const tails = new WeakMap<Socket, Buffer>();
  const emit = Socket.prototype.emit;

  function look(socket: Socket, chunk: Buffer): void {
    // A text may be cut in two by the chunks.
    const tail = tails.get(socket);
    const whole = tail === undefined ? chunk : Buffer.concat([tail, chunk]);
    wanted.forEach((text, index) => {
      const name = texts[index] ?? '';
      if (whole.includes(text)) seen[name] = (seen[name] ?? 0) + 1;
    });
    tails.set(socket, Buffer.from(whole.subarray(Math.max(0, whole.length - longest + 1))));
  }

  Socket.prototype.emit = function (this: Socket, event: string | symbol, ...args: unknown[]): boolean {
    if (event === 'data' && Buffer.isBuffer(args[0])) look(this, args[0]);
    return Reflect.apply(emit, this, [event, ...args]);
  };
  return {
    take() {
      const taken = seen;
      seen = {};
      return taken;
    },
  };
}
