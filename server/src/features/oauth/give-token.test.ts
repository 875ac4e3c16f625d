import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { routes } from '@proofpix/contract/routes';
import type { Installation, OauthPort } from '@proofpix/host/capabilities';
import { createGuardedClient } from '@proofpix/host/http/guarded-client';
import { startServer, type TestMember, type TestServer } from '../../../test/start-server.ts';
import { asSystem } from '../../db/tenancy.ts';
import { openKeys } from '../../keys.ts';
import { createLog } from '../../log.ts';
import { ask, asking, install } from '../plugins/test/test-plugins.ts';
import { createOauthPort } from './give-token.ts';
import { connect, register } from './test/connect.ts';
import { startFakeProvider, type FakeProvider } from './test/fake-provider.ts';

let server: TestServer;
let fake: FakeProvider;
let owner: TestMember;
let clock = 0;
const now = () => Date.now() + clock;

beforeAll(async () => {
  fake = await startFakeProvider();
  server = await startServer({ environment: { OUTGOING_ALLOW: `127.0.0.1:${fake.port}` } });
  owner = server.owner;
  await register(owner, fake);
});
afterAll(async () => {
  await server?.stop();
  await fake?.[Symbol.asyncDispose]();
});

/** As each server has one: two of them stand for two servers on one database. */
async function port(): Promise<OauthPort> {
  const keys = await openKeys({ keyFile: join(server.dataDir, 'keys', 'master.key') });
  const client = createGuardedClient({ outgoingAllow: [`127.0.0.1:${fake.port}`] });
  return createOauthPort({ db: server.db, keys, client, log: createLog('silent') }, now);
}

const installation = (pluginId = 'a-plugin') =>
  ({ id: 'an id', organisationId: server.organisationId, pluginId }) as Installation; // the port asks for nothing else
const refreshes = () => fake.asked.filter(({ form }) => form.grant_type === 'refresh_token').length;
const connection = async () => (await owner.call(routes.oauth.listConnections)).items[0];
const change = (values: { expires_at?: Date; refreshing_until?: Date }) =>
  asSystem(server.db, 'prune', (tx) => tx.updateTable('oauth_connections').set(values).execute());

describe('the token of an account', () => {
  let first: OauthPort;
  beforeEach(async () => {
    first = await port();
    clock = 0;
    fake.lifetime = 3_600;
    await connect(owner, fake);
  });
  afterEach(async () => {
    fake.answer = null;
    if (await connection()) await owner.call(routes.oauth.disconnect, { params: { provider: 'fake' } });
  });

  it('is the access token alone, for a plugin that may use it, from the next call on', async () => {
    const token = await first.token(installation(), 'fake');
    expect(token).toEqual({
      accessToken: expect.stringMatching(/^access-/),
      tokenType: 'Bearer',
      expiresAt: expect.any(String),
      scopes: ['read', 'write'],
    });
    expect(fake.good).toContain(token.accessToken);
    for (const plugins of [['another'], []]) {
      await owner.call(routes.oauth.updateConnection, { params: { provider: 'fake' }, body: { plugins } });
      await expect(first.token(installation(), 'fake')).rejects.toMatchObject({ code: 'oauth_not_connected' });
    }
    await owner.call(routes.oauth.updateConnection, { params: { provider: 'fake' }, body: { plugins: ['a-plugin'] } });
    expect(await first.token(installation(), 'fake')).toEqual(token);
  });

  it('is not there for another organisation, or a provider that nobody registered', async () => {
    const other = await server.createOrganisation();
    const foreign = { ...installation(), organisationId: other.id };
    await expect(first.token(foreign, 'fake')).rejects.toMatchObject({ code: 'oauth_not_connected' });
    await expect(first.token(installation(), 'nobodys')).rejects.toMatchObject({ code: 'oauth_not_connected' });
  });

  it('is renewed once for all who ask at the same moment, on all servers, and the refresh token with it', async () => {
    const second = await port();
    for (let round = 0; round < 3; round += 1) {
      await change({ expires_at: new Date(Date.now() + 30_000) });
      const before = refreshes();
      const ports = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? first : second));
      const tokens = await Promise.all(ports.map((each) => each.token(installation(), 'fake')));
      expect(refreshes()).toBe(before + 1);
      expect(new Set(tokens.map(({ accessToken }) => accessToken)).size).toBe(1);
      expect(fake.good).toContain(tokens[0]?.accessToken);
    }
  });

  it('is renewed when less than a minute is left of it, not before', async () => {
    const before = refreshes();
    await change({ expires_at: new Date(Date.now() + 65_000) });
    const { accessToken } = await first.token(installation(), 'fake');
    expect(refreshes()).toBe(before);
    clock = 6_000;
    expect((await first.token(installation(), 'fake')).accessToken).not.toBe(accessToken);
    expect(refreshes()).toBe(before + 1);
  });

  it('is lost when the provider took it back: there is an event, the admin sees it, and connecting again helps', async () => {
    fake.revokeAll();
    await change({ expires_at: new Date(Date.now() - 1) });
    await expect(first.token(installation(), 'fake')).rejects.toMatchObject({ code: 'oauth_not_connected' });
    expect(await connection()).toMatchObject({ state: 'lost', lostReason: 'invalid_grant', renewable: false });
    const { items } = await owner.call(routes.oauth.events, { query: { limit: 1 } });
    expect(items).toMatchObject([
      { type: 'account:lost', provider: 'fake', detail: { reason: 'invalid_grant' }, actor: null },
    ]);
    const before = refreshes();
    await expect(first.token(installation(), 'fake')).rejects.toMatchObject({ code: 'oauth_not_connected' });
    expect(refreshes()).toBe(before);
    await connect(owner, fake);
    expect(fake.good).toContain((await first.token(installation(), 'fake')).accessToken);
    expect(await connection()).toMatchObject({ state: 'connected', lostReason: null });
  });

  it('stays connected while the provider is broken, gives what is still good, and does not ask in a storm', async () => {
    const { accessToken } = await first.token(installation(), 'fake');
    const broken = [
      { status: 503, body: '{"error":"invalid_grant"}' },
      { status: 429, body: '{"error":"slow_down"}' },
      { status: 401, body: '{"error":"invalid_client"}' },
      { status: 200, body: 'not JSON' },
    ];
    for (const answer of broken) {
      fake.answer = () => answer;
      clock += 60_000; // past the rest after the failure before
      await change({ expires_at: new Date(now() + 30_000) });
      const before = refreshes();
      expect((await first.token(installation(), 'fake')).accessToken).toBe(accessToken);
      await change({ expires_at: new Date(now() - 1) });
      for (let asked = 0; asked < 5; asked += 1) {
        await expect(first.token(installation(), 'fake')).rejects.toMatchObject({ code: 'oauth_failed' });
      }
      expect(refreshes()).toBe(before + 1);
      expect(await connection()).toMatchObject({ state: 'connected' });
    }
    fake.answer = null;
    clock += 60_000;
    expect((await first.token(installation(), 'fake')).accessToken).not.toBe(accessToken);
  });

  it('does not come back after a disconnect while the provider was slow', async () => {
    await change({ expires_at: new Date(Date.now() - 1) });
    const before = refreshes();
    const release = fake.hold();
    const asked = first.token(installation(), 'fake');
    const refused = expect(asked).rejects.toMatchObject({ code: 'oauth_not_connected' });
    await expect.poll(refreshes).toBe(before + 1);
    const revoking = owner.call(routes.oauth.disconnect, { params: { provider: 'fake' } });
    await expect.poll(async () => connection()).toBeUndefined();
    release();
    await refused;
    await revoking;
    expect(await connection()).toBeUndefined();
  });

  it('is renewed although a server died while it had the turn', async () => {
    await change({ expires_at: new Date(Date.now() - 1), refreshing_until: new Date(Date.now() - 1) });
    expect(fake.good).toContain((await first.token(installation(), 'fake')).accessToken);
    await change({ expires_at: new Date(Date.now() - 1), refreshing_until: new Date(Date.now() + 500) });
    const before = refreshes();
    expect(fake.good).toContain((await first.token(installation(), 'fake')).accessToken);
    expect(refreshes()).toBe(before + 1);
  });
});

it('reaches a plugin with the grant, and no other, as an access token alone', async () => {
  fake.lifetime = 3_600;
  await connect(owner, fake);
  const body = `try { return await ctx.oauth.token(input.provider); } catch (error) { return { code: error.code }; }`;
  await install(owner, { manifest: { id: 'user', permissions: ['oauth'] }, exports: asking('user', body) });
  const [given] = await ask(owner, 'user:ask', { provider: 'fake' });
  expect(Object.keys(given?.result as object).sort()).toEqual(['accessToken', 'expiresAt', 'scopes', 'tokenType']);
  expect(await ask(owner, 'user:ask', { provider: 'nobodys' })).toMatchObject([
    { result: { code: 'oauth_not_connected' } },
  ]);
  await owner.call(routes.plugins.putGrants, { params: { id: 'user' }, body: { grants: [], refused: ['oauth'] } });
  expect(await ask(owner, 'user:ask', { provider: 'fake' })).toMatchObject([{ result: { code: 'permission_denied' } }]);
});
