import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { readEnvironment } from '../src/config.ts';

/** Where servers count together in tests. Others may use it too: each test takes keys that nobody else has. */
export const redisUrl = readEnvironment().REDIS_URL ?? 'redis://127.0.0.1:6379';

const { hostname, port } = new URL(redisUrl);
const target = { host: hostname, port: Number(port || 6379) };

export const hasRedis = await new Promise<boolean>((resolve) => {
  const socket = connect(target, () => resolve(socket.end() !== undefined));
  socket.once('error', () => resolve(false));
});
if (!hasRedis) console.log(`What servers count together is not tested: there is no Redis at ${redisUrl}.`);

/** A way to Redis that can be closed: what is open then breaks, and nobody comes in. */
export async function openGate(): Promise<{ url: string; close(): void; open(): void } & AsyncDisposable> {
  const sockets = new Set<Socket>();
  let closed = false;
  const server = createServer((socket) => {
    if (closed) return void socket.destroy();
    const onward = connect(target);
    for (const [one, two] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      sockets.add(one);
      one.pipe(two);
      one.on('error', () => two.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: own } = server.address() as AddressInfo; // it listens on a port
  const end = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  return {
    url: `redis://127.0.0.1:${own}`,
    close: () => {
      closed = true;
      end();
    },
    open: () => void (closed = false),
    async [Symbol.asyncDispose]() {
      end();
      server.close();
    },
  };
}
