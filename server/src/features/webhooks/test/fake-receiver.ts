import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { AddressInfo } from 'node:net';

export type Received = { path: string; headers: IncomingHttpHeaders; body: string };
type Answer = (response: ServerResponse, received: Received) => void;

/** The other side of outgoing messages, over real HTTP, or HTTPS with a certificate. */
export type FakeReceiver = AsyncDisposable & {
  url: string;
  port: number;
  received: Received[];
  /** How it answers from now on; 204 at first. */
  answer(how: number | Answer): void;
};

export async function openReceiver(tls?: { cert: string; key: string }): Promise<FakeReceiver> {
  const received: Received[] = [];
  let answer: Answer = (response) => void response.writeHead(204).end();
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { url = '', headers } = request;
      const one = { path: url, headers, body: Buffer.concat(chunks).toString() };
      received.push(one);
      answer(response, one);
    });
  };
  const server = tls === undefined ? createServer(listener) : createSecure(tls, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  return {
    url: `http://127.0.0.1:${port}/hook`,
    port,
    received,
    answer(how) {
      answer = typeof how === 'number' ? (response) => void response.writeHead(how).end(`said ${how}`) : how;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
