import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { GuardedClientOptions } from '@proofpix/host/http/guarded-client';

/** What answers plugins in the place of the internet. */
export type Answer = (request: Request) => Response | Promise<Response>;

/** A request that arrived, with the secrets that were filled in on its way out. */
export type SentRequest = {
  method: string;
  url: string;
  /** Lower-case names. */
  headers: { [name: string]: string };
  body: Uint8Array;
};

export type Outside = AsyncDisposable & {
  /** For the guarded client: every name has an address, and every connection leads here. */
  readonly way: Required<Pick<GuardedClientOptions, 'resolve' | 'dial'>>;
  /** In the order in which they came. */
  readonly requests: SentRequest[];
};

/** Nobody is asked there: connections never leave this process. */
const anyPublicAddress = '93.184.215.14';

/**
 * The internet as plugins see it in a test. The guarded client does what it always does (granted hosts, public addresses,
 * redirects, limits, secrets); only looking up names and opening connections is replaced. No TLS: nothing leaves the machine.
 *
 * @param options.addresses where a name leads, by name; a public address when it is not named
 */
export function createOutside(
  options: { answer?: Answer; addresses?: Readonly<Record<string, string>> } = {},
): Outside {
  const { answer, addresses = {} } = options;
  const requests: SentRequest[] = [];
  let opened: Promise<Server> | undefined;

  async function listen(): Promise<Server> {
    const server = createServer((message, reply) => {
      void respond(message, reply).catch((error: unknown) => {
        const text = `The test's own answer failed: ${error instanceof Error ? error.message : String(error)}`;
        if (!reply.headersSent) reply.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' });
        reply.end(text);
      });
    });
    server.listen(0, '127.0.0.1').unref();
    await once(server, 'listening');
    return server;
  }

  async function respond(message: IncomingMessage, reply: ServerResponse): Promise<void> {
    const body = new Uint8Array(await buffer(message));
    const url = `https://${message.headers.host ?? 'unknown'}${message.url ?? '/'}`;
    const method = message.method ?? 'GET';
    const headers = new Headers();
    for (const [name, value] of Object.entries(message.headers)) {
      for (const each of [value ?? []].flat()) headers.append(name, each);
    }
    requests.push({ method, url, headers: Object.fromEntries(headers), body });
    if (answer === undefined) throw new Error('give openTestHost an `http` function that answers requests.');
    const mayHaveBody = method !== 'GET' && method !== 'HEAD';
    const response = await answer(new Request(url, { method, headers, ...(mayHaveBody ? { body } : {}) }));
    reply.statusCode = response.status;
    if (response.statusText !== '') reply.statusMessage = response.statusText;
    for (const [name, value] of response.headers) reply.appendHeader(name, value);
    reply.end(Buffer.from(await response.arrayBuffer()));
  }

  return {
    requests,
    way: {
      resolve: async (hostname) => {
        const address = addresses[hostname] ?? anyPublicAddress;
        return [{ address, family: address.includes(':') ? 6 : 4 }];
      },
      dial: async (_destination, signal) => {
        opened ??= listen();
        const { port } = (await opened).address() as AddressInfo; // it listens on TCP
        const socket = connect({ host: '127.0.0.1', port });
        const stop = (): void => void socket.destroy(new Error('The connection was given up.'));
        signal.addEventListener('abort', stop, { once: true });
        socket.once('close', () => signal.removeEventListener('abort', stop));
        await once(socket, 'connect', { signal });
        return socket;
      },
    },
    async [Symbol.asyncDispose]() {
      const server = await opened;
      if (server === undefined) return;
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}
