import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Plan, Role } from '@proofpix/contract/access';
import { createClient, type Call } from '@proofpix/contract/client';
import { routes } from '@proofpix/contract/routes';
import type { Host } from '@proofpix/host/host';
import { readConfig } from '../src/config.ts';
import type { Database } from '../src/db/database.ts';
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
  db: Database;
  host: Host;
  /** The owner of the first organisation, who is the operator too. */
  owner: TestMember;
  call: Call;
  organisationId: string;
  signIn(role: Role): Promise<TestMember>;
  createOrganisation(options?: { plan?: Plan }): Promise<TestOrganisation>;
  stop(): Promise<void>;
};

export type TestServerOptions = {
  /** Variables over the defaults of a test (port 0, a fresh data folder, silent log, no spare runner). */
  environment?: Record<string, string>;
  /** Names and certificates of the test's own servers. */
  outgoing?: StartOptions['outgoing'];
  /** Packs and installs exif-reader as the first start does. Off: tests install what they need. */
  firstPlugins?: boolean;
};

const testOwner = { email: 'owner@example.org', password: 'the owner in a test' };
const memberPassword = 'a member in a test';

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
    DATA_DIR: dataDir,
    // Inside of the folder, unlike a real server's: everything of a test lies in one place.
    KEY_FILE: join(dataDir, 'keys', 'master.key'),
    DATABASE_URL: databaseUrl,
    PROOFPIX_OWNER_EMAIL: testOwner.email,
    PROOFPIX_OWNER_PASSWORD: testOwner.password,
    PORT: '0',
    ...options.environment,
  });
  const { firstPlugins = false, outgoing } = options;
  const server = opened.use(
    await start(config, { firstPlugins, checkReplies: true, ...(outgoing === undefined ? {} : { outgoing }) }),
  );
  const address = server.app.server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server does not listen.');
  const url = `http://127.0.0.1:${address.port}`;

  async function signInAs(email: string, password: string): Promise<TestMember> {
    const { accessToken, account } = await createClient({ baseUrl: url })(routes.auth.login, {
      body: { email, password },
    });
    return {
      userId: account.user.id,
      organisationId: account.organisation.id,
      email,
      password,
      token: accessToken,
      call: createClient({ baseUrl: url, token: accessToken }),
      fetch(path, init) {
        const headers = new Headers(init?.headers);
        if (!headers.has('authorization')) headers.set('authorization', `Bearer ${accessToken}`);
        return fetch(url + path, { ...init, headers });
      },
    };
  }

  async function addMember(owner: TestMember, role: Role): Promise<TestMember> {
    const email = `${role}-${randomUUID()}@example.org`;
    await owner.call(routes.members.create, {
      body: { email, name: `A test's ${role}`, role, password: memberPassword },
    });
    return signInAs(email, memberPassword);
  }

  const owner = await signInAs(testOwner.email, testOwner.password);
  const owned = opened.move();
  const stop = () => owned.disposeAsync();
  return {
    url,
    dataDir: config.dataDir,
    db: server.db,
    host: server.host,
    owner,
    call: owner.call,
    organisationId: owner.organisationId,
    signIn: (role) => addMember(owner, role),
    async createOrganisation({ plan = 'enterprise' } = {}) {
      const name = `Organisation ${randomUUID()}`;
      const email = `owner-${randomUUID()}@example.org`;
      const { id } = await owner.call(routes.organisations.create, {
        body: { name, plan, owner: { email, name: 'Another owner', password: memberPassword } },
      });
      const other = await signInAs(email, memberPassword);
      return { id, owner: other, signIn: (role) => addMember(other, role) };
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
