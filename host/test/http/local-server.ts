import { createServer as createPlain, type RequestListener } from 'node:http';
import { createServer } from 'node:https';
import { createServer as createTcp, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTls } from 'node:tls';
import { createGuardedClient, type GuardedClient, type GuardedClientOptions } from '../../src/http/guarded-client.ts';
import { OutgoingError } from '../../src/http/outgoing-error.ts';
import type { OutgoingRequest } from '../../src/http/request.ts';
import { makeCertificate } from './certificate.ts';

/** Names of the tests; all of them lead to 127.0.0.1, which is allowed as an operator would. */
const names = ['api.example.org', 'other.example.org', 'third.example.net'];
const { cert, key } = makeCertificate(names, ['127.0.0.1']);

export type LocalServer = AsyncDisposable & { port: number; sockets: Set<Socket> };

async function listen(server: Server): Promise<LocalServer> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    port: (server.address() as AddressInfo).port, // it listens on a port
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

export const secureServer = (listener: RequestListener): Promise<LocalServer> =>
  listen(createServer({ cert, key, maxHeaderSize: 65_536 }, listener));
export const plainServer = (listener: RequestListener): Promise<LocalServer> => listen(createPlain(listener));
/** Answers with exactly these bytes, however wrong they are. */
export const rawServer = (answer: (socket: Socket) => void): Promise<LocalServer> =>
  listen(
    createTls({ cert, key }, (socket) => {
      socket.on('error', () => {});
      socket.once('data', () => answer(socket));
    }),
  );
export const silentServer = (): Promise<LocalServer> => listen(createTcp(() => {}));

export function localClient(options: GuardedClientOptions = {}): GuardedClient {
  return createGuardedClient({
    resolve: async () => [{ address: '127.0.0.1', family: 4 }],
    outgoingAllow: ['127.0.0.1'],
    ca: cert,
    ...options,
  });
}

export const asked = (url: string, request: Partial<OutgoingRequest> = {}): OutgoingRequest => ({
  url,
  method: 'GET',
  allowHost: () => true,
  timeoutMilliseconds: 5_000,
  maxResponseBytes: 1_000_000,
  maxRedirects: 5,
  ...request,
});

/** Why nothing came of it; `none` where something did. */
export async function reasonOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'none';
  } catch (error) {
    if (error instanceof OutgoingError) return error.reason;
    throw error;
  }
}
