import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An advisory as OSV has it, of npm packages. */
export type FakeAdvisory = { id: string; affected: object[] } & Record<string, unknown>;

export type FakeOsv = AsyncDisposable & {
  url: string;
  /** `host:port`, for OUTGOING_ALLOW. */
  allow: string;
  advisories: FakeAdvisory[];
  /** Ids on one page. */
  perPage: number;
  /** `METHOD path`, in order. */
  requests: string[];
  /** Answers instead, or says false to leave it to the fake. */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;
};

/** An advisory that concerns one package from one version until it is fixed. */
export function advisoryFor(id: string, name: string, events: object[], more: object = {}): FakeAdvisory {
  const ranges = [{ type: 'SEMVER', events }];
  return {
    id,
    schema_version: '1.6.0',
    modified: '2026-01-01T00:00:00Z',
    summary: `Something in ${name}`,
    affected: [{ package: { ecosystem: 'npm', name }, ranges }],
    ...more,
  };
}

/**
 * The part of the OSV protocol that is used, over HTTP on this machine: `/v1/querybatch` gives what names the package,
 * two ids a page, whatever the version, and `/v1/vulns/:id` the advisory. Real servers judge versions too; this one
 * leaves that to who asks.
 */
export async function startFakeOsv(): Promise<FakeOsv> {
  const fake = {
    advisories: [] as FakeAdvisory[],
    perPage: 2,
    requests: [] as string[],
    intercept: (() => false) as FakeOsv['intercept'],
  };
  const server = createServer((request, response) => {
    fake.requests.push(`${request.method} ${request.url}`);
    void answer(request, response).catch(() => response.destroy());
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (await state.intercept(request, response)) return;
    const send = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (request.method === 'POST' && request.url === '/v1/querybatch') {
      const { queries } = JSON.parse(await bodyOf(request)) as {
        queries: { package: { name: string }; page_token?: string }[];
      };
      const results = queries.map(({ package: { name }, page_token: token }) => {
        const all = state.advisories.filter(({ affected }) => JSON.stringify(affected).includes(JSON.stringify(name)));
        const from = Number(token ?? 0);
        const page = all.slice(from, from + state.perPage).map(({ id }) => ({ id, modified: '2026-01-01T00:00:00Z' }));
        return {
          ...(page.length > 0 ? { vulns: page } : {}),
          ...(all.length > from + state.perPage ? { next_page_token: String(from + state.perPage) } : {}),
        };
      });
      send(200, { results });
      return;
    }
    const id = decodeURIComponent(/^\/v1\/vulns\/([^/]+)$/.exec(request.url ?? '')?.[1] ?? '');
    const found = state.advisories.find((advisory) => advisory.id === id);
    send(found ? 200 : 404, found ?? { code: 5, message: 'Bug not found.' });
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on a port
  const state: FakeOsv = Object.assign(fake, {
    url: `http://127.0.0.1:${port}`,
    allow: `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
  return state;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // no encoding is set
  return Buffer.concat(chunks).toString();
}
