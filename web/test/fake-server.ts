import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import type { Duplex } from 'node:stream';
import { Problem, problemDocument, type ErrorCode } from '@proofpix/contract/errors';
import { routes } from '@proofpix/contract/routes';
import type { Run, RunEvent, RunSummary } from '@proofpix/contract/runs';
import { account, drawnPhoto, hooksReply, pageOf, pluginsReply, summaryOf, waitingRun } from './fake-data.ts';
import {
  quarantined,
  quarantinedPlugin,
  readyReply,
  receiptReply,
  securityEvents,
  securitySummary,
} from './fake-security.ts';
import { acceptSocket, sendText } from './fake-socket.ts';

type FakeState = {
  signedIn: boolean;
  runs: Run[];
  plugins: unknown[];
  access: string[];
  /** Problems that the routes answer instead, by `METHOD path`. */
  problems: Map<string, ErrorCode>;
  /** Whether a route's answer is held back until `release` is called. */
  held: Set<string>;
};

export type FakeServer = {
  url: string;
  state: FakeState;
  /** What came in as multipart, by request: how many photos. */
  uploads: { photos: number; bytes: number }[];
  /** The reasons that were given for releases. */
  releases: string[];
  emit: (event: RunEvent) => void;
  release: () => void;
  stop: () => Promise<void>;
};

const policy = (nonce: string) =>
  `default-src 'self'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' blob: data:; font-src 'self'; ` +
  `connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'`;

const types: Record<string, string> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** The API's replies over real HTTP, with the built app behind the same policy as the server's. It runs no plugin. */
export async function startFakeServer(dist: string): Promise<FakeServer> {
  const state: FakeState = {
    signedIn: true,
    runs: [],
    plugins: pluginsReply(),
    access: [...account.access],
    problems: new Map(),
    held: new Set(),
  };
  const uploads: FakeServer['uploads'] = [];
  const releases: string[] = [];
  const sockets = new Set<Duplex>();
  let waiting: (() => void)[] = [];

  const server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => {
      const problem = error instanceof Problem ? error : new Problem('internal', String(error));
      send(response, problem.status, problemDocument(problem), 'application/problem+json');
    });
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    if (!state.signedIn || request.url !== routes.events.follow.path) return void socket.destroy();
    acceptSocket(request, socket);
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => sockets.delete(socket));
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://fake');
    const name = `${request.method} ${url.pathname}`;
    if (url.pathname === '/readyz') return send(response, 200, readyReply());
    if (!url.pathname.startsWith('/api/')) return serveApp(url.pathname, response);
    const body = await read(request);
    if (state.held.has(name)) await new Promise<void>((resolve) => waiting.push(resolve));
    const refused = state.problems.get(name);
    if (refused !== undefined) throw new Problem(refused);
    if (url.pathname.startsWith('/api/auth/')) return signIn(url.pathname, body, response);
    if (!state.signedIn) throw new Problem('sign_in_required');
    const run = state.runs.find(({ id }) => url.pathname.startsWith(`/api/runs/${id}`));

    if (name === 'GET /api/account') return send(response, 200, { ...account, access: state.access });
    if (name === 'GET /api/plugins') return send(response, 200, pageOf(state.plugins));
    if (name === 'GET /api/security/summary') return send(response, 200, securitySummary());
    if (name === 'GET /api/security/events') return send(response, 200, pageOf(securityEvents(url.searchParams)));
    if (name === `GET /api/plugins/${quarantined}`) return send(response, 200, quarantinedPlugin());
    if (name === `GET /api/plugins/${quarantined}/receipt`) return send(response, 200, receiptReply());
    if (name === `POST /api/plugins/${quarantined}/release`) {
      const { reason } = JSON.parse(body.toString()) as { reason: string }; // what the page sends
      releases.push(reason);
      return send(response, 200, quarantinedPlugin());
    }
    if (url.pathname.startsWith('/api/plugins/')) throw new Problem('plugin_not_found');
    if (name === 'GET /api/hooks') return send(response, 200, hooksReply());
    if (name === 'GET /api/runs') return send(response, 200, listRuns(state.runs, url.searchParams));
    if (name === 'POST /api/runs/sample') return created(['sample-photo.jpg'], response);
    if (name === 'POST /api/runs') {
      const names = [...body.toString('latin1').matchAll(/filename="([^"]*)"/g)].map((match) => match[1] ?? '');
      if (names.some((file) => file.startsWith('broken'))) throw new Problem('photo_type_unknown');
      uploads.push({ photos: names.length, bytes: body.length });
      return created(names, response);
    }
    if (run !== undefined && url.pathname.endsWith('/photo')) return send(response, 200, drawnPhoto(), 'image/png');
    if (run !== undefined && request.method === 'DELETE') {
      state.runs = state.runs.filter(({ id }) => id !== run.id);
      return void response.writeHead(204).end();
    }
    if (run !== undefined) return send(response, 200, run);
    throw new Problem(url.pathname.startsWith('/api/runs/') ? 'run_not_found' : 'not_found');
  }

  function created(names: readonly string[], response: ServerResponse): void {
    const batchId = randomUUID();
    const runs = names.map((file) => waitingRun(file, batchId));
    state.runs.unshift(...runs);
    send(response, 202, { batchId, runs: runs.map(summaryOf) });
  }

  function signIn(path: string, body: Buffer, response: ServerResponse): void {
    if (path === routes.auth.logout.path) {
      state.signedIn = false;
      return void response.writeHead(204).end();
    }
    const input = JSON.parse(body.toString()) as { code?: string; password?: string }; // what the tests send
    if (path === routes.auth.exchange.path && input.code !== 'good-code') throw new Problem('sign_in_code_invalid');
    if (path === routes.auth.session.path && input.password !== 'correct horse') throw new Problem('sign_in_failed');
    state.signedIn = true;
    send(response, 200, account);
  }

  async function serveApp(path: string, response: ServerResponse): Promise<void> {
    if (path === '/docs') return send(response, 200, '<!doctype html><title>docs</title>', 'text/html');
    if (path.startsWith('/assets/')) {
      return send(response, 200, await readFile(join(dist, path)), types[extname(path)] ?? 'application/octet-stream');
    }
    const nonce = randomUUID();
    const html = await readFile(join(dist, 'index.html'), 'utf8');
    response.setHeader('content-security-policy', policy(nonce));
    send(response, 200, html.replaceAll('__STYLE_NONCE__', nonce), 'text/html; charset=utf-8');
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    url: `http://127.0.0.1:${port}`,
    state,
    uploads,
    releases,
    emit: (event) => {
      for (const socket of sockets) sendText(socket, JSON.stringify(event));
    },
    release: () => {
      state.held.clear();
      const now = waiting;
      waiting = [];
      for (const go of now) go();
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listRuns(runs: readonly Run[], query: URLSearchParams) {
  const search = query.get('search')?.toLowerCase() ?? '';
  const state = query.get('state');
  const found = query.get('found');
  const chosen = runs.filter((run) => {
    const signs = run.findingCounts.strong + run.findingCounts.possible + run.findingCounts.note;
    return (
      run.file.name.toLowerCase().includes(search) &&
      (state === null || run.state === state) &&
      (found === null || (found === 'findings') === signs > 0)
    );
  });
  const offset = Number(query.get('cursor') ?? 0);
  const limit = Number(query.get('limit') ?? 25);
  const items: RunSummary[] = chosen.slice(offset, offset + limit).map(summaryOf);
  const next = offset + limit < chosen.length ? String(offset + limit) : null;
  return { items, nextCursor: next, total: Math.min(chosen.length, 1000), totalIsLowerBound: chosen.length > 1000 };
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // no encoding was set
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, status: number, body: unknown, type = 'application/json'): void {
  const bytes = Buffer.isBuffer(body) || typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { 'content-type': type, 'x-content-type-options': 'nosniff' }).end(bytes);
}
