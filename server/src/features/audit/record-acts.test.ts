import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditAct } from '@proofpix/contract/audit';
import { routes } from '@proofpix/contract/routes';
import { makeSigningKey } from '@proofpix/signatures/keys';
import { asSystem } from '../../db/tenancy.ts';
import { startServer, type TestMember, type TestOrganisation, type TestServer } from '../../../test/start-server.ts';
import { ended, packTestPlugin, upload } from '../plugins/test/test-plugins.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

/** The acts of a trail, oldest first. */
async function actsOf(member: TestMember, from = 0) {
  const { items } = await member.call(routes.audit.list, { query: { limit: 100 } });
  return items.toReversed().slice(from);
}

const secrets = {
  config: 'a-secret-of-a-plugin-5x8k',
  oauth: 'the-secret-of-a-client-2w9p',
  path: 'only-both-sides-know-7c1d',
};

/** What a member may do, and the act that it leaves. */
const doings: readonly (readonly [act: AuditAct, doing: (owner: TestMember) => Promise<unknown>])[] = [
  ['token.create', ({ call }) => call(routes.tokens.create, { body: { name: 'Night' } })],
  [
    'token.delete',
    async ({ call }) => {
      const { items } = await call(routes.tokens.list);
      await call(routes.tokens.remove, { params: { id: items[0]?.id ?? '' } });
    },
  ],
  ['organisation.set-limits', ({ call }) => call(routes.organisations.putLimits, { body: { limits: { memory: 64 } } })],
  [
    'organisation.set-package-rules',
    ({ call }) => call(routes.organisations.putPackageRules, { body: { unsignedPackages: 'allow' } }),
  ],
  [
    'organisation.set-scan-rules',
    ({ call }) =>
      call(routes.organisations.putScanRules, {
        body: { rules: { severities: { high: 'block', medium: 'pass', low: 'pass' }, rules: [] } },
      }),
  ],
  [
    'oauth-provider.create',
    ({ call }) =>
      call(routes.oauth.createProvider, {
        body: { name: 'github', preset: 'github', clientId: 'client', clientSecret: secrets.oauth },
      }),
  ],
  [
    'oauth-provider.change',
    ({ call }) =>
      call(routes.oauth.updateProvider, {
        params: { provider: 'github' },
        body: { scopes: ['repo'], clientSecret: secrets.oauth },
      }),
  ],
  ['oauth-provider.delete', ({ call }) => call(routes.oauth.removeProvider, { params: { provider: 'github' } })],
  [
    'webhook-endpoint.create',
    ({ call }) =>
      call(routes.webhooks.createEndpoint, {
        body: { name: 'Claims', url: `https://hooks.example.com/${secrets.path}` },
      }),
  ],
  [
    'webhook-endpoint.replace-secret',
    async (owner) => owner.call(routes.webhooks.rotateEndpoint, { params: { id: await endpointOf(owner) } }),
  ],
  [
    'webhook-endpoint.change',
    async (owner) =>
      owner.call(routes.webhooks.updateEndpoint, {
        params: { id: await endpointOf(owner) },
        body: { name: 'All', url: `https://hooks.example.com/${secrets.path}2`, enabled: true },
      }),
  ],
  [
    'webhook-endpoint.delete',
    async (owner) => owner.call(routes.webhooks.deleteEndpoint, { params: { id: await endpointOf(owner) } }),
  ],
  ['webhook-receiver.create', ({ call }) => call(routes.webhooks.createReceiver, { body: { name: 'Invoices' } })],
  [
    'webhook-receiver.change',
    async (owner) =>
      owner.call(routes.webhooks.updateReceiver, {
        params: { id: await receiverOf(owner) },
        body: { name: 'Old invoices', enabled: false },
      }),
  ],
  [
    'webhook-receiver.replace-secret',
    async (owner) => owner.call(routes.webhooks.rotateReceiver, { params: { id: await receiverOf(owner) }, body: {} }),
  ],
  [
    'webhook-receiver.delete',
    async (owner) => owner.call(routes.webhooks.deleteReceiver, { params: { id: await receiverOf(owner) } }),
  ],
  ['case.create', ({ call }) => call(routes.cases.create, { body: { title: 'Storm' } })],
  [
    'case.change',
    async (owner) =>
      owner.call(routes.cases.update, { params: { id: await caseOf(owner) }, body: { state: 'closed' } }),
  ],
  ['case.delete', async (owner) => owner.call(routes.cases.remove, { params: { id: await caseOf(owner) } })],
];

const endpointOf = async ({ call }: TestMember) => (await call(routes.webhooks.listEndpoints)).items[0]?.id ?? '';
const receiverOf = async ({ call }: TestMember) => (await call(routes.webhooks.listReceivers)).items[0]?.id ?? '';
const caseOf = async ({ call }: TestMember) => (await call(routes.cases.list)).items[0]?.id ?? '';

describe('what people do', () => {
  let organisation: TestOrganisation;
  beforeAll(async () => {
    organisation = await server.createOrganisation();
  });

  test.each(doings)('leaves the act %s, with who did it, as what and from where', async (act, doing) => {
    const { owner } = organisation;
    const before = await actsOf(owner);
    await doing(owner);
    const done = await actsOf(owner, before.length);
    expect(done.map((each) => each.act)).toEqual([act]);
    expect(done[0]).toMatchObject({
      result: 'done',
      actor: { kind: 'member', id: owner.userId, role: 'owner', via: 'bearer' },
      actorName: 'Another owner',
      personal: { address: '127.0.0.1' },
    });
    expect(done[0]?.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('to a plugin is there from its install to its end, and its secrets are not', async () => {
    const { owner } = organisation;
    const before = await actsOf(owner);
    const id = 'audited';
    const params = { id };
    const manifest = {
      id,
      permissions: ['storage'],
      configSchema: {
        type: 'object',
        properties: { word: { type: 'string' }, key: { type: 'string', writeOnly: true } },
      },
    };
    const install = async (version: string) => {
      const archive = await packTestPlugin({ manifest: { ...manifest, version } });
      expect(await ended(owner, await upload(owner, archive))).toHaveProperty('plugin');
    };
    await install('1.0.0');
    await owner.call(routes.plugins.putGrants, { params, body: { grants: [], refused: ['storage'] } });
    await owner.call(routes.plugins.load, { params });
    await owner.call(routes.plugins.putConfig, { params, body: { config: { word: 'one', key: secrets.config } } });
    await owner.call(routes.plugins.putConfig, { params, body: { config: { word: 'two' } } });
    await owner.call(routes.plugins.putHooks, { params, body: { hooks: [{ hook: `${id}:ask`, priority: 7 }] } });
    await owner.call(routes.hooks.putOrder, { params: { name: `${id}:ask` }, body: { order: [id] } });
    await install('1.1.0');
    await owner.call(routes.plugins.unload, { params });
    await owner.call(routes.plugins.uninstall, { params });
    const acts = (await actsOf(owner, before.length)).filter(({ act }) => act !== 'plugin.accept-review');
    expect(acts.map(({ act }) => act)).toEqual([
      'plugin.install',
      'plugin.decide-permissions',
      'plugin.load',
      'plugin.configure',
      'plugin.configure',
      'plugin.set-priorities',
      'hook.set-order',
      'plugin.upgrade',
      'plugin.unload',
      'plugin.uninstall',
    ]);
    const [, decided, , first, second, , , upgraded] = acts;
    expect(decided).toMatchObject({ before: { storage: 'pending' }, after: { storage: 'refused' } });
    expect(first).toMatchObject({ before: {}, after: { word: 'one', secretsSet: ['/key'], secretsForgotten: [] } });
    expect(second).toMatchObject({ before: { word: 'one' }, after: { word: 'two', secretsSet: [] } });
    expect(upgraded).toMatchObject({ before: { version: '1.0.0' }, after: { version: '1.1.0', loaded: true } });
  });

  test('leaves no secret anywhere in the trail', async () => {
    const rows = await asSystem(server.db, 'audit', async (tx) => {
      const found = await sql<{ text: string }>`select audit_acts::text as text from audit_acts`.execute(tx);
      return found.rows.map(({ text }) => text).join('\n');
    });
    expect(rows).toContain('hooks.example.com');
    for (const secret of [...Object.values(secrets), organisation.owner.token, 'whsec_', 'ppx_'])
      expect(rows, secret).not.toContain(secret);
  });

  test('is seen by nobody of another organisation', async () => {
    const other = await server.createOrganisation();
    const own = await actsOf(other.owner);
    expect(own.map(({ act }) => act)).toEqual(['organisation.create', 'sign-in']);
    const { owner } = organisation;
    const { items } = await other.owner.call(routes.audit.list, { query: { actor: owner.userId } });
    expect(items).toEqual([]);
    const text = await (await other.owner.fetch('/api/audit/export?format=jsonl')).text();
    expect(text).not.toContain(owner.userId);
    expect(text).not.toContain(organisation.id);
  });

  test('is found by act, person, subject, result, time and a part of an id or a reason, page by page', async () => {
    const { owner } = organisation;
    const find = async (query: object) =>
      (await owner.call(routes.audit.list, { query: { limit: 100, ...query } })).items;
    expect((await find({ act: 'case.create' })).map(({ act }) => act)).toEqual(['case.create']);
    expect((await find({ actor: owner.userId })).every(({ actor }) => actor.id === owner.userId)).toBe(true);
    expect(await find({ subjectKind: 'plugin', subject: 'audited' })).toHaveLength(9);
    expect(await find({ search: 'UDIT' })).toHaveLength(10);
    expect(await find({ search: '%' })).toEqual([]);
    expect(await find({ result: 'refused' })).toEqual([]);
    expect(await find({ to: '2020-01-01T00:00:00Z' })).toEqual([]);
    const all = await find({});
    const pages: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await owner.call(routes.audit.list, {
        query: { limit: 7, ...(cursor === undefined ? {} : { cursor }) },
      });
      pages.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(pages).toEqual(all.map(({ id }) => id));
  });
});

describe('what is refused for lack of access', () => {
  test('is an act too, and a flood of tries is a few rows with their number', async () => {
    const organisation = await server.createOrganisation();
    const viewer = await organisation.signIn('viewer');
    const { audit, oauth, plugins, security, trust } = routes;
    const tries = [audit.list, oauth.listProviders, plugins.list, security.events, trust.keys].map(({ path }) => path);
    const statuses = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => (await viewer.fetch(tries[index % 5] ?? '')).status),
    );
    expect(new Set(statuses)).toEqual(new Set([403]));
    const { items } = await organisation.owner.call(routes.audit.list, { query: { act: 'access.refuse' } });
    expect(items.map(({ subject }) => subject.id).sort()).toEqual(tries.map((path) => `GET ${path}`).sort());
    expect(items[0]).toMatchObject({
      result: 'refused',
      actor: { id: viewer.userId, role: 'viewer' },
      after: { times: 1 },
      personal: { address: '127.0.0.1' },
    });
  });
});

describe('an export', () => {
  test('as CSV has a line for each act, and nothing that a spreadsheet would compute', async () => {
    const { owner } = await server.createOrganisation();
    await owner.call(routes.tokens.create, { body: { name: '=cmd|calc' } });
    const response = await owner.fetch('/api/audit/export?format=csv');
    expect(response.headers.get('content-type')).toContain('text/csv');
    const lines = (await response.text()).trim().split('\r\n');
    expect(lines.length).toBeGreaterThanOrEqual(4);
    for (const line of lines) expect(line).not.toMatch(/(^|,)"?\s*[=+@]/);
    // That somebody took it is in it.
    expect(lines.at(-1)).toContain('audit.export');
  });

  test('of a part says that it is one', async () => {
    const { owner } = await server.createOrganisation();
    const text = await (await owner.fetch('/api/audit/export?format=jsonl&act=organisation.create')).text();
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; complete?: boolean });
    expect(lines[0]).toMatchObject({ type: 'trail', complete: false });
    expect(lines.map(({ type }) => type)).toEqual(['trail', 'act']);
  });
});

test('what is done to the server itself stands in its own trail, for its operator alone', async () => {
  const { owner: stranger } = await server.createOrganisation();
  const publicKey = makeSigningKey().key.spki;
  const { keyId } = await server.call(routes.trust.addKey, { body: { publicKey, publisher: 'harbour-labs' } });
  await server.call(routes.trust.revokeKey, { params: { keyId }, body: { reason: 'The laptop was stolen' } });
  const entry = { kind: 'plugin', value: 'thief', reason: 'It sends photos away' } as const;
  const { id } = await server.call(routes.trust.kill, { body: entry });
  await server.call(routes.trust.lift, { params: { id }, body: { reason: 'It was another' } });
  const { items } = await server.call(routes.audit.serverList);
  expect(items.slice(0, 4).map(({ act }) => act)).toEqual([
    'kill-list.lift',
    'kill-list.add',
    'signing-key.revoke',
    'signing-key.add',
  ]);
  expect(items[1]).toMatchObject({ reason: 'It sends photos away', actor: { id: server.owner.userId } });
  expect(items.some(({ act }) => act === 'organisation.create')).toBe(true);
  expect(await server.call(routes.audit.serverVerify, { body: {} })).toMatchObject({ intact: true });
  const { head } = await server.call(routes.audit.serverHead);
  const { serverKey } = await server.call(routes.trust.state);
  expect(head).toMatchObject({ trail: 'server', publicKey: serverKey.publicKey });
  await expect(stranger.call(routes.audit.serverList)).rejects.toMatchObject({ code: 'access_denied' });
  // Nor does the operator's own organisation see it.
  const own = await server.call(routes.audit.list, { query: { search: id } });
  expect(own.items).toEqual([]);
});
