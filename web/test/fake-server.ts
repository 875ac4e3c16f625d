import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import type { Duplex } from 'node:stream';
import { Problem, problemDocument, type ErrorCode } from '@proofpix/contract/errors';
import type { Notice } from '@proofpix/contract/notices';
import { routes } from '@proofpix/contract/routes';
import type { Run, RunEvent, RunSummary } from '@proofpix/contract/runs';
import { answerCases, joinCase, noCases, type FakeCases } from './fake-cases.ts';
import type { KillRecord } from '@proofpix/contract/api/trust';
import { account, drawnPhoto, pageOf, pluginsReply, summaryOf, waitingRun } from './fake-data.ts';
import {
  fakeFailedMails,
  fakeKillList,
  fakePackageRules,
  quarantined,
  quarantinedPlugin,
  readyReply,
  receiptReply,
  securityEvents,
  securitySummary,
} from './fake-security.ts';
import { fakePlugins, type FakePlugins } from './fake-plugins.ts';
import { fakePeople, openInvitation } from './fake-people.ts';
import { fakeConversations, type FakeConversations } from './fake-conversations.ts';
import { answerAnalytics, badge } from './fake-analytics.ts';
import { answerPublishing } from './fake-publishing.ts';
import { fakePolicies, type FakePolicies } from './fake-policies.ts';
import { fakePrivacy, type FakePrivacy } from './fake-privacy.ts';
import { acceptSocket, sendText } from './fake-socket.ts';
import { answerAudit, fakeTrail, type FakeTrail } from './fake-audit.ts';
import { answerMoney } from './fake-money.ts';
import { fakeRatings, type FakeRatings } from './fake-ratings.ts';
import { fakeSubscription, type FakeSubscription } from './fake-subscription.ts';

type FakeState = {
  signedIn: boolean;
  runs: Run[];
  plugins: unknown[];
  access: string[];
  cases: FakeCases;
  audit: FakeTrail;
  /** Whether anything is known of the plugins that are published. */
  visited: boolean;
  /** Problems that the routes answer instead, by `METHOD path`. */
  problems: Map<string, ErrorCode>;
  /** Whether a route's answer is held back until `release` is called. */
  held: Set<string>;
};

export type FakeServer = {
  url: string;
  state: FakeState;
  /** What came in as multipart, by request: how many photos. */
  uploads: { photos: number; bytes: number; plugins: string | undefined; caseId: string | undefined }[];
  /** What the pages of the installed plugins ask for. */
  plugins: FakePlugins;
  killList: KillRecord[];
  people: ReturnType<typeof fakePeople>['state'];
  policies: FakePolicies;
  privacy: FakePrivacy;
  subscription: FakeSubscription;
  ratings: FakeRatings;
  conversations: FakeConversations;
  packageRules: ReturnType<typeof fakePackageRules>['state'];
  /** The reasons that were given for releases. */
  releases: string[];
  emit: (event: RunEvent | Notice) => void;
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
    cases: noCases(),
    audit: fakeTrail(),
    visited: true,
    problems: new Map(),
    held: new Set(),
  };
  const uploads: FakeServer['uploads'] = [];
  const releases: string[] = [];
  const killList = fakeKillList();
  const failedMails = fakeFailedMails();
  const packageRules = fakePackageRules();
  const people = fakePeople();
  const policies = fakePolicies();
  const privacy = fakePrivacy();
  const subscription = fakeSubscription();
  const ratings = fakeRatings();
  const conversations = fakeConversations();
  const plugins = fakePlugins(
    () => state.plugins,
    () => [quarantinedPlugin()],
  );
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
    const entered = enter(name, body);
    if (entered === undefined) return void response.writeHead(204).end();
    if (entered !== null) return send(response, 200, entered);
    if (!state.signedIn) throw new Problem('sign_in_required');
    const run = state.runs.find(({ id }) => url.pathname.startsWith(`/api/runs/${id}`));

    const reply = answerCases(state.cases, state.runs, { method: request.method ?? '', url, body });
    if (reply?.status === 204) return void response.writeHead(204).end();
    if (reply !== null) return send(response, reply.status, reply.body, reply.type);

    if (name === 'GET /api/account') {
      const user = { ...account.user, name: people.state.name };
      const { secondFactor } = people.state;
      const access = secondFactor.needed ? ['own-account'] : state.access;
      return send(response, 200, { ...account, user, access, secondFactor });
    }
    const ofConversations = conversations.answer(name, body, url.searchParams);
    if (ofConversations === undefined) return void response.writeHead(204).end();
    if (ofConversations !== null) return send(response, 200, ofConversations);
    if (name.endsWith('/badge.svg'))
      return void response.writeHead(200, { 'content-type': 'image/svg+xml' }).end(badge);
    const ofAnalytics = answerAnalytics(name, url.searchParams, state.visited);
    if (ofAnalytics !== null) return send(response, 200, ofAnalytics);
    const ofSubscription = subscription.answer(name, body);
    if (ofSubscription === undefined) return void response.writeHead(204).end();
    if (ofSubscription !== null) return send(response, name === 'POST /api/tokens' ? 201 : 200, ofSubscription);
    const ofMoney = answerMoney(name);
    if (ofMoney !== undefined) return send(response, 200, ofMoney);
    const ofPeople = people.answer(name, body);
    if (ofPeople === undefined) return void response.writeHead(204).end();
    if (ofPeople !== null) return send(response, 200, ofPeople);
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
    const ofAudit = answerAudit(state.audit, name, url.searchParams);
    if (ofAudit !== null) return send(response, 200, ofAudit);
    const ofKillList = killList.answer(name, body);
    if (ofKillList !== null) return send(response, 200, ofKillList);
    const ofMails = failedMails(name);
    if (ofMails === undefined) return void response.writeHead(204).end();
    if (ofMails !== null) return send(response, 200, ofMails);
    const ofPolicies = policies.answer(name, body);
    if (ofPolicies !== null) return send(response, 200, ofPolicies);
    const ofPrivacy = privacy.answer(name, body);
    if (ofPrivacy !== null) return send(response, 200, ofPrivacy);
    const ofRules = packageRules.answer(name, body);
    if (ofRules !== null) return send(response, 200, ofRules);
    const ofRatings = ratings.answer(name, url.searchParams, body);
    if (ofRatings === undefined) return void response.writeHead(204).end();
    if (ofRatings !== null) return send(response, 200, ofRatings);
    const ofPublishing = answerPublishing(name, url.searchParams);
    if (ofPublishing !== null) return send(response, 200, ofPublishing);
    const ofPlugins = plugins.answer(request, url.pathname, body);
    if (ofPlugins === undefined) return void response.writeHead(204).end();
    if (ofPlugins !== null) return send(response, 200, ofPlugins);
    if (url.pathname.startsWith('/api/plugins/')) throw new Problem('plugin_not_found');
    if (name === 'GET /api/runs') return send(response, 200, listRuns(state.runs, url.searchParams));
    if (name === 'POST /api/runs/sample') return created(['sample-photo.jpg'], response);
    if (name === 'POST /api/runs') {
      const names = [...body.toString('latin1').matchAll(/filename="([^"]*)"/g)].map((match) => match[1] ?? '');
      if (names.some((file) => file.startsWith('broken'))) throw new Problem('photo_type_unknown');
      const field = (named: string) =>
        new RegExp(`name="${named}"\\r\\n\\r\\n([^\\r]*)`).exec(body.toString('latin1'))?.[1];
      uploads.push({ photos: names.length, bytes: body.length, plugins: field('plugins'), caseId: field('caseId') });
      return created(names, response, field('caseId'));
    }
    if (run !== undefined && url.pathname.endsWith('/photo')) return send(response, 200, drawnPhoto(), 'image/png');
    // The preview that a plugin took out: the same drawing.
    if (run !== undefined && url.pathname.includes('/files/')) return send(response, 200, drawnPhoto(), 'image/png');
    if (run !== undefined && request.method === 'DELETE') {
      state.runs = state.runs.filter(({ id }) => id !== run.id);
      return void response.writeHead(204).end();
    }
    if (run !== undefined) return send(response, 200, run);
    throw new Problem(url.pathname.startsWith('/api/runs/') ? 'run_not_found' : 'not_found');
  }

  function created(names: readonly string[], response: ServerResponse, caseId?: string): void {
    const batchId = randomUUID();
    const runs = names.map((file) => waitingRun(file, batchId));
    state.runs.unshift(...runs);
    joinCase(state.cases, caseId, runs);
    send(response, 202, { batchId, runs: runs.map(summaryOf) });
  }

  /** What whoever is not signed in may ask. Null for every other path; undefined where the answer has no body. */
  function enter(name: string, body: Buffer): unknown {
    const input = (body[0] === 0x7b ? JSON.parse(body.toString()) : {}) as Record<string, string>; // what the pages send
    if (name === 'POST /api/password-resets') return undefined;
    if (name === 'POST /api/password-resets/confirm' || name === 'POST /api/email-changes/confirm') {
      if (input.token !== 'good') throw new Problem('link_invalid');
      return name.startsWith('POST /api/email') ? { email: 'new@northgate.example' } : undefined;
    }
    if (name === 'POST /api/single-sign-on/find') {
      if (input.organisation !== 'Northgate Claims') throw new Problem('single_sign_on_not_found');
      return { ...account.organisation, organisation: 'Northgate Claims', provider: 'login.northgate.example' };
    }
    if (name === 'POST /api/single-sign-on/begin')
      return { url: '/sign-in?problem=single_sign_on_failed', expiresAt: '' };
    if (!/^POST \/api\/invitations\/(open|accept)$/.test(name)) return null;
    if (name.endsWith('accept')) state.signedIn = true;
    return openInvitation(name, input);
  }

  function signIn(path: string, body: Buffer, response: ServerResponse): void {
    if (path === routes.auth.logout.path) {
      state.signedIn = false;
      return void response.writeHead(204).end();
    }
    const input = JSON.parse(body.toString()) as { code?: string; password?: string; organisationId?: string }; // what the tests send
    if (path === routes.auth.switch.path) {
      for (const each of people.state.organisations) each.current = each.id === input.organisationId;
      return send(response, 200, account);
    }
    if (path === routes.auth.sessionStep.path && input.code !== '123456') throw new Problem('second_factor_wrong');
    if (path === routes.auth.exchange.path && input.code !== 'good-code') throw new Problem('sign_in_code_invalid');
    if (path === routes.auth.session.path && input.password !== 'correct horse') throw new Problem('sign_in_failed');
    if (path === routes.auth.session.path && people.state.secondFactor.on) {
      return send(response, 202, { challenge: 'pxc_of-the-password', expiresAt: new Date().toISOString() });
    }
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
    killList: killList.items,
    people: people.state,
    policies,
    privacy,
    packageRules: packageRules.state,
    subscription,
    ratings,
    conversations,
    plugins,
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

const foundIs: Record<string, (run: Run, signs: number) => boolean> = {
  findings: (_run, signs) => signs > 0,
  nothing: (_run, signs) => signs === 0,
  strong: ({ findingCounts }) => findingCounts.strong > 0,
  possible: ({ findingCounts }) => findingCounts.strong === 0 && findingCounts.possible > 0,
};

function listRuns(runs: readonly Run[], query: URLSearchParams) {
  const search = query.get('search')?.toLowerCase() ?? '';
  const state = query.get('state');
  const found = query.get('found');
  const chosen = runs.filter((run) => {
    const signs = run.findingCounts.strong + run.findingCounts.possible + run.findingCounts.note;
    return (
      run.file.name.toLowerCase().includes(search) &&
      (state === null || run.state === state) &&
      (found === null || foundIs[found]?.(run, signs) === true) &&
      (query.get('caseId') === null || run.case?.id === query.get('caseId')) &&
      (query.get('plugin') === null || run.plugins.includes(query.get('plugin') ?? '')) &&
      (query.get('batchId') === null || run.batchId === query.get('batchId')) &&
      (query.get('from') === null || run.createdAt.slice(0, 10) >= (query.get('from') ?? '')) &&
      (query.get('to') === null || run.createdAt.slice(0, 10) <= (query.get('to') ?? ''))
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
