import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Plan, Role } from '@proofpix/contract/access';
import { createClient, type Call } from '@proofpix/contract/client';
import { rateLimitNames } from '@proofpix/contract/rate-limits';
import { routes } from '@proofpix/contract/routes';
import type { Host } from '@proofpix/host/host';
import type { Intake } from '@proofpix/intake/create-intake';
import { readConfig } from '../src/config.ts';
import type { Database } from '../src/db/database.ts';
import { eraseDueOrganisations } from '../src/features/privacy/organisation/erase-organisation.ts';
import { start, type StartOptions } from '../src/start.ts';
import { makeTestStorage } from './test-database.ts';

/** Somebody signed in: a member with a bearer token and the typed client that uses it. */
export type TestMember = {
  userId: string;
  organisationId: string;
  email: string;
  password: string;
  token: string;
  call: Call;
  /** The raw way: `path` is appended to the server's address, the token is sent along. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
};

export type TestOrganisation = {
  id: string;
  owner: TestMember;
  /** A new member of that role. */
  signIn(role: Role): Promise<TestMember>;
};

export type TestServer = AsyncDisposable & {
  url: string;
  dataDir: string;
  /** For a second server on the same database; undefined where it is the embedded one, which nobody shares. */
  databaseUrl: string | undefined;
  db: Database;
  host: Host;
  intake: Intake;
  /** The owner of the first organisation, who is the operator too. */
  owner: TestMember;
  call: Call;
  organisationId: string;
  signIn(role: Role): Promise<TestMember>;
  createOrganisation(options?: { plan?: Plan }): Promise<TestOrganisation>;
  /** Has packages scanned again that older rules judged, as a server does a minute after its start. */
  rescan(): Promise<number>;
  /** Erases the organisations whose time is over then, as the job of the day does. */
  erase(now: Date): Promise<string[]>;
  stop(): Promise<void>;
};

export type TestServerOptions = {
  /** Variables over the defaults of a test (port 0, a fresh data folder, silent log, no spare runner). */
  environment?: Record<string, string>;
  /** Names and certificates of the test's own servers. */
  outgoing?: StartOptions['outgoing'];
  /** Other bounds of a scan, and another program in the place of the scanner. */
  intake?: StartOptions['intake'];
  /** Installs our own plugins as the first start does: all that work alone, or those named. Off: tests install what they need. */
  firstPlugins?: StartOptions['firstPlugins'];
};

const testOwner = { email: 'owner@example.org', password: 'the owner in a test' };
const memberPassword = 'a member in a test';
/** Tests do in a second what people do in a day; those about limits set their own. */
const unlimited = Object.fromEntries(
  rateLimitNames.map((name) => [`RATE_LIMIT_${name.toUpperCase().replaceAll('-', '_')}`, '0']),
);

/**
 * A real server on a port of its own, with a copy of a database that was migrated once. Each JSON reply is compared with
 * its row of the contract: a difference is a 500.
 */
export async function startServer(options: TestServerOptions = {}): Promise<TestServer> {
  await using opened = new AsyncDisposableStack();
  const { dataDir, databaseUrl } = opened.use(await makeTestStorage());
  const config = readConfig({
    LOG_LEVEL: 'silent',
    SPARE_RUNNERS: '0',
    SPARE_SCANNERS: '0',
    DATA_DIR: dataDir,
    // Inside of the folder, unlike a real server's: everything of a test lies in one place.
    KEY_FILE: join(dataDir, 'keys', 'master.key'),
    DATABASE_URL: databaseUrl,
    PROOFPIX_OWNER_EMAIL: testOwner.email,
    PROOFPIX_OWNER_PASSWORD: testOwner.password,
    PORT: '0',
    ...unlimited,
    ...options.environment,
  });
  const { firstPlugins = false, outgoing, intake } = options;
  const server = opened.use(
    await start(config, {
      firstPlugins,
      checkReplies: true,
      ...(outgoing === undefined ? {} : { outgoing }),
      ...(intake === undefined ? {} : { intake }),
    }),
  );
  const address = server.app.server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server does not listen.');
  const url = `http://127.0.0.1:${address.port}`;

  async function signInAs(email: string, password: string): Promise<TestMember> {
    const reply = await createClient({ baseUrl: url })(routes.auth.login, { body: { email, password } });
    if ('challenge' in reply) throw new Error('Nobody in a test begins with a second factor.');
    let current: typeof reply = reply;
    let refreshing: Promise<typeof reply> | undefined;
    /** On a busy machine a file of tests takes longer than an access token lasts. Early, so that a refusal stays one. */
    async function freshToken(): Promise<string> {
      if (Date.parse(current.expiresAt) - Date.now() < 120_000) {
        const { refreshToken } = current;
        refreshing ??= createClient({ baseUrl: url })(routes.auth.refresh, { body: { refreshToken } });
        current = await refreshing;
        refreshing = undefined;
      }
      return current.accessToken;
    }
    return {
      userId: reply.account.user.id,
      organisationId: reply.account.organisation.id,
      email,
      password,
      get token() {
        return current.accessToken;
      },
      call: async (route, args) => createClient({ baseUrl: url, token: await freshToken() })(route, args),
      async fetch(path, init) {
        const headers = new Headers(init?.headers);
        if (!headers.has('authorization')) headers.set('authorization', `Bearer ${await freshToken()}`);
        return fetch(url + path, { ...init, headers });
      },
    };
  }

  async function addMember(organisationId: string, role: Role): Promise<TestMember> {
    const email = `${role}-${randomUUID()}@example.org`;
    await owner.call(routes.members.create, {
      body: { email, name: `A test's ${role}`, role, password: memberPassword, organisationId },
    });
    return signInAs(email, memberPassword);
  }

  const owner = await signInAs(testOwner.email, testOwner.password);
  const owned = opened.move();
  const stop = () => owned.disposeAsync();
  return {
    url,
    dataDir: config.dataDir,
    databaseUrl: config.databaseUrl,
    db: server.db,
    host: server.host,
    intake: server.intake,
    owner,
    call: owner.call,
    organisationId: owner.organisationId,
    signIn: (role) => addMember(owner.organisationId, role),
    async createOrganisation({ plan = 'enterprise' } = {}) {
      const name = `Organisation ${randomUUID()}`;
      const email = `owner-${randomUUID()}@example.org`;
      const { id } = await owner.call(routes.organisations.create, {
        body: { name, plan, owner: { email, name: 'Another owner', password: memberPassword } },
      });
      const other = await signInAs(email, memberPassword);
      return { id, owner: other, signIn: (role) => addMember(id, role) };
    },
    rescan: () => server.rescans.begin(),
    erase: (now) => eraseDueOrganisations(server.privacy, server.privacy.plugins, now),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
