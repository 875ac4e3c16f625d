import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pluginRoutes } from '@proofpix/contract/api/plugins';
import { routes } from '@proofpix/contract/routes';
import { usualPolicy, type Policy, type PolicyRule } from '@proofpix/contract/policies';
import type { ScanRules } from '@proofpix/contract/scan';
import { asSystem } from '../../db/tenancy.ts';
import { startServer, type TestMember, type TestServer } from '../../../test/start-server.ts';
import {
  ask,
  asking,
  ended,
  install,
  packTestPlugin,
  problemOf,
  sendJson,
  upload,
} from '../plugins/test/test-plugins.ts';

/** Another server, in plain text: OUTGOING_ALLOW names it, as an operator does for one in the own network. */
const weather = createServer((_request, response) => response.end('sunny'));
let server: TestServer;
let port: number;
beforeAll(async () => {
  await new Promise<void>((done) => weather.listen(0, '127.0.0.1', done));
  ({ port } = weather.address() as AddressInfo); // it listens on a port
  server = await startServer({
    environment: { OUTGOING_ALLOW: 'weather.example.org, news.example.org' },
    outgoing: { resolve: async () => [{ address: '127.0.0.1', family: 4 }] },
  });
});
afterAll(async () => {
  await server?.stop();
  await new Promise((done) => weather.close(done));
});

const policyOf = (rules: PolicyRule[], more: Partial<Policy> = {}): Policy => ({ ...usualPolicy, rules, ...more });
const decide = (member: TestMember, rules: PolicyRule[], more: Partial<Policy> = {}) =>
  member.call(routes.policies.put, { body: { policy: policyOf(rules, more) } });
const get = (member: TestMember, id: string) => member.call(pluginRoutes.get, { params: { id } });
const put = (member: TestMember, id: string, version = '1.0.0') =>
  packTestPlugin({ manifest: { id, version } }).then(async (archive) =>
    ended(member, await upload(member, archive, { grants: 'requested', autoLoad: 'true' })),
  );

describe('a policy', () => {
  test('allows everything and updates nothing where nobody decided', async () => {
    const { owner } = await server.createOrganisation();
    expect(await owner.call(routes.policies.get)).toEqual({
      policy: usualPolicy,
      revision: 0,
      updatedAt: null,
      stop: null,
    });
  });

  test('keeps what it denies from being installed, and says which rule decided', async () => {
    const { owner } = await server.createOrganisation();
    await decide(owner, [{ effect: 'deny', plugin: 'denied-one', note: 'It phones home.' }]);
    const response = await upload(owner, await packTestPlugin({ manifest: { id: 'denied-one' } }));
    expect(await ended(owner, response)).toMatchObject({
      code: 'policy_denied',
      message: expect.stringContaining('Rule 1 denies the plugin denied-one. It phones home.'),
    });
    expect((await owner.call(pluginRoutes.list)).items).toEqual([]);
    const form = new FormData();
    const looked = await packTestPlugin({ manifest: { id: 'denied-one' } });
    form.set('plugin', new Blob([Buffer.from(looked)]), 'plugin.zip');
    // Told before somebody decides to install it.
    expect(await (await owner.fetch('/api/plugins/inspect', { method: 'POST', body: form })).json()).toMatchObject({
      obstacle: { code: 'policy_denied', message: expect.stringContaining('It phones home.') },
    });
    expect(await put(owner, 'another-one')).toMatchObject({ plugin: { state: 'loaded' } });
  });

  test('keeps what it denies from an update, and the version before goes on', async () => {
    const { owner } = await server.createOrganisation();
    await put(owner, 'kept-back');
    await decide(owner, [{ effect: 'deny', plugin: 'kept-back', version: '1.1.0' }]);
    for (const version of ['1.1.0', '1.1.0+hidden'])
      expect(await put(owner, 'kept-back', version)).toMatchObject({ code: 'policy_denied' });
    for (const version of ['v1.1.0', '01.1.0'])
      expect(await put(owner, 'kept-back', version)).toMatchObject({ code: 'manifest_invalid' });
    expect(await get(owner, 'kept-back')).toMatchObject({ version: '1.0.0', state: 'loaded', denied: null });
    expect(await ask(owner, 'kept-back:ask')).toMatchObject([{ ok: true }]);
    expect(await put(owner, 'kept-back', '1.2.0')).toMatchObject({ plugin: { version: '1.2.0' } });
  });

  test('that denies what is not allowed lets in exactly what a rule names', async () => {
    const { owner } = await server.createOrganisation();
    await decide(owner, [{ effect: 'allow', plugin: 'welcome', version: '1.0.0' }], { otherwise: 'deny' });
    expect(await put(owner, 'welcome')).toMatchObject({ plugin: { state: 'loaded' } });
    expect(await put(owner, 'stranger')).toMatchObject({ code: 'policy_denied' });
    expect(await put(owner, 'welcome', '1.0.0+other')).toMatchObject({ code: 'policy_denied' });
  });

  test('asks what was found in a package, by the rules for findings as they are now', async () => {
    const { owner } = await server.createOrganisation();
    const found = (high: 'review' | 'block') => {
      const rules: ScanRules = { severities: { high, medium: 'review', low: 'pass' }, rules: [] };
      return owner.call(routes.organisations.putScanRules, { body: { rules } });
    };
    await found('review');
    await decide(owner, [{ effect: 'deny', verdict: 'review' }]);
    const noisy = { manifest: { id: 'noisy' }, exports: asking('noisy', 'return eval("1")') };
    const archive = await packTestPlugin(noisy);
    const load = { autoLoad: 'true' };
    expect(await ended(owner, await upload(owner, archive, load))).toMatchObject({ code: 'policy_denied' });
    await decide(owner, [{ effect: 'deny', verdict: 'block' }]);
    expect(await ended(owner, await upload(owner, archive, load))).toMatchObject({ plugin: { state: 'loaded' } });
    await found('block');
    expect(await get(owner, 'noisy')).toMatchObject({ state: 'unloaded', denied: expect.stringContaining('"block"') });
    await found('review');
    expect(await get(owner, 'noisy')).toMatchObject({ state: 'loaded', denied: null });
  });

  test('that is none is refused with its fields, and so are versions and hosts in disguise', async () => {
    const { owner } = await server.createOrganisation();
    for (const rule of [
      { version: 'v1.0.0' },
      { version: '01.0.0' },
      { host: 'https://a.example' },
      { colour: 'red' },
    ]) {
      const policy = { ...usualPolicy, rules: [{ effect: 'deny', ...rule }] };
      const refused = await problemOf(await sendJson(owner, '/api/policies', 'PUT', { policy }));
      expect(refused).toMatchObject({ status: 400, code: 'invalid_request' });
      expect(refused.errors[0]?.field).toContain('/policy/rules/0');
    }
    expect(await owner.call(routes.policies.get)).toMatchObject({ revision: 0 });
  });

  test('is not changed over a change that somebody else made meanwhile', async () => {
    const { owner } = await server.createOrganisation();
    const { revision } = await decide(owner, [{ effect: 'deny', plugin: 'first-one' }]);
    await decide(owner, []);
    await expect(
      owner.call(routes.policies.put, { body: { policy: policyOf([{ effect: 'deny' }]), revision } }),
    ).rejects.toMatchObject({ code: 'policy_changed' });
    expect((await owner.call(routes.policies.get)).policy.rules).toEqual([]);
  });

  test('is read by whoever sees plugins, and changed by nobody but owners and admins', async () => {
    const organisation = await server.createOrganisation();
    for (const role of ['developer', 'analyst', 'auditor', 'viewer'] as const) {
      const member = await organisation.signIn(role);
      const change = sendJson(member, '/api/policies', 'PUT', { policy: policyOf([]) });
      expect(await problemOf(await change), role).toMatchObject({ status: 403, code: 'access_denied' });
      const pin = sendJson(member, '/api/plugins/any-one/updates', 'PUT', { mode: null, pin: null });
      expect(await problemOf(await pin), role).toMatchObject({ status: 403 });
      const lift = sendJson(member, '/api/plugins/lift-stop', 'POST', { reason: 'mine' });
      expect(await problemOf(await lift), role).toMatchObject({ status: 403 });
      expect((await member.fetch('/api/policies')).status, role).toBe(role === 'viewer' ? 403 : 200);
    }
    const admin = await organisation.signIn('admin');
    expect(await decide(admin, [])).toMatchObject({ revision: 1 });
  });

  test('of one organisation says nothing about the plugins of another', async () => {
    const { owner } = await server.createOrganisation();
    const { owner: other } = await server.createOrganisation();
    await put(owner, 'shared-id');
    await put(other, 'shared-id');
    await decide(other, [{ effect: 'deny', plugin: 'shared-id' }]);
    expect(await get(owner, 'shared-id')).toMatchObject({ state: 'loaded', denied: null });
    expect(await ask(owner, 'shared-id:ask')).toMatchObject([{ ok: true }]);
  });
});

describe('what runs', () => {
  test('ends when a rule denies it, is marked and not deleted, and runs again when it is allowed', async () => {
    const { owner } = await server.createOrganisation();
    const plugin = {
      manifest: { id: 'comes-and-goes', permissions: ['storage'] },
      exports: asking('comes-and-goes', `await ctx.storage.set('a', 1); return ctx.storage.get('a')`),
    };
    await install(owner, plugin);
    await ask(owner, 'comes-and-goes:ask');
    await put(owner, 'stays-stopped');
    await owner.call(pluginRoutes.unload, { params: { id: 'stays-stopped' } });
    const rules: PolicyRule[] = [
      { effect: 'deny', plugin: 'comes-and-goes', note: 'Until Friday.' },
      { effect: 'deny', plugin: 'stays-stopped' },
    ];
    // Answered when it has ended already.
    await decide(owner, rules);
    const denied = 'Rule 1 denies the plugin comes-and-goes. Until Friday.';
    expect(await get(owner, 'comes-and-goes')).toMatchObject({ state: 'unloaded', denied, stateReason: denied });
    expect(server.host.installations(owner.organisationId)).toEqual([]);
    expect(await problemOf(await owner.fetch('/api/plugins/comes-and-goes/load', { method: 'POST' }))).toMatchObject({
      status: 409,
      code: 'policy_denied',
    });

    await decide(owner, []);
    expect(await get(owner, 'comes-and-goes')).toMatchObject({ state: 'loaded', denied: null, stateReason: null });
    expect(await get(owner, 'stays-stopped')).toMatchObject({ state: 'unloaded', denied: null });
    expect(await ask(owner, 'comes-and-goes:ask')).toMatchObject([{ ok: true, result: 1 }]);
    const { items } = await owner.call(pluginRoutes.events, { params: { id: 'comes-and-goes' } });
    expect(items.map(({ type }) => type)).toEqual(expect.arrayContaining(['plugin:denied', 'plugin:allowed']));
  });

  test('runs again by itself in a version that is allowed', async () => {
    const { owner } = await server.createOrganisation();
    await put(owner, 'mended');
    await decide(owner, [{ effect: 'deny', plugin: 'mended', version: '1.0.0' }]);
    expect(await get(owner, 'mended')).toMatchObject({ state: 'unloaded' });
    const archive = await packTestPlugin({ manifest: { id: 'mended', version: '1.0.1' } });
    expect(await ended(owner, await upload(owner, archive))).toMatchObject({
      plugin: { version: '1.0.1', state: 'loaded', denied: null },
    });
  });

  test('loses a permission that is denied at its next host call, and gets it back with the grant that it had', async () => {
    const { owner } = await server.createOrganisation();
    const set = `try { await ctx.storage.set('a', 1); return 'stored'; } catch (error) { return error.code; }`;
    await install(owner, {
      manifest: { id: 'keeper', permissions: ['storage'] },
      exports: asking('keeper', set),
    });
    await decide(owner, [{ effect: 'deny', permission: 'storage' }]);
    expect(await ask(owner, 'keeper:ask')).toMatchObject([{ result: 'permission_denied' }]);
    const grant = () => sendJson(owner, '/api/plugins/keeper/grants', 'PUT', { grants: ['storage'] });
    expect(await problemOf(await grant())).toMatchObject({
      status: 409,
      code: 'policy_denied',
      errors: [{ field: '/permissions/storage', message: expect.stringContaining('Rule 1') }],
    });
    await decide(owner, []);
    expect(await ask(owner, 'keeper:ask')).toMatchObject([{ result: 'stored' }]);
    expect((await grant()).status).toBe(200);
  });

  test('gets of "all that it asks for" what may be granted, and the rest is refused', async () => {
    const { owner } = await server.createOrganisation();
    await decide(owner, [{ effect: 'deny', permission: 'storage' }]);
    const plugin = { manifest: { id: 'wants-both', permissions: ['storage', 'crypto'] } };
    const installed = await install(owner, plugin);
    expect(installed.permissions.map(({ permission, decision }) => [permission, decision])).toEqual([
      ['crypto', 'granted'],
      ['storage', 'refused'],
    ]);
    const named = { ...plugin, manifest: { ...plugin.manifest, id: 'wants-it' } };
    expect(
      await ended(owner, await upload(owner, await packTestPlugin(named), { grants: 'storage,crypto' })),
    ).toMatchObject({ code: 'policy_denied' });
  });

  test('does not reach a host that is denied, from the next request on and on every port', async () => {
    const { owner } = await server.createOrganisation();
    const body = `try { return (await ctx.http.get(input.url)).text(); } catch (error) { return error.message; }`;
    await install(owner, {
      manifest: {
        id: 'reader-of-news',
        permissions: ['http'],
        hosts: [`weather.example.org:${port}`, `news.example.org:${port}`],
      },
      exports: asking('reader-of-news', body),
    });
    const get2 = async (name: string) =>
      (await ask(owner, 'reader-of-news:ask', { url: `http://${name}.example.org:${port}/` }))[0]?.result;
    expect(await get2('weather')).toBe('sunny');
    await decide(owner, [{ effect: 'deny', host: 'weather.example.org' }]);
    expect(await get2('weather')).toContain('The policy of the organisation denies this host.');
    expect(await get2('news')).toBe('sunny');
    const { items } = await owner.call(routes.security.events);
    expect(items).toMatchObject([{ type: 'host_denied', plugin: 'reader-of-news' }]);
    await decide(owner, []);
    expect(await get2('weather')).toBe('sunny');
  });
});

test('a policy that comes while a plugin is installed is not outrun by it', async () => {
  const { owner } = await server.createOrganisation();
  const archives = await Promise.all(
    Array.from({ length: 3 }, (_, index) => packTestPlugin({ manifest: { id: `racer-${index}` } })),
  );
  const installs = archives.map(async (archive) => ended(owner, await upload(owner, archive, { autoLoad: 'true' })));
  const change = decide(owner, [{ effect: 'deny', publisher: 'local' }]);
  await Promise.all([...installs, change]);
  const { items } = await owner.call(pluginRoutes.list);
  expect(items.filter(({ state, denied }) => state === 'loaded' || denied === null)).toEqual([]);
  expect(server.host.installations(owner.organisationId)).toEqual([]);
});

describe('a dry run', () => {
  test('tells what would be refused, by which rule, and changes nothing', async () => {
    const { owner } = await server.createOrganisation();
    const manifest = {
      id: 'would-be-hit',
      permissions: ['http', 'storage'],
      hosts: ['a.tracker.example', '*.wide.example'],
    };
    await install(owner, { manifest });
    await put(owner, 'untouched');
    await put(owner, 'would-go');
    const rules: PolicyRule[] = [
      { effect: 'deny', plugin: 'would-go' },
      { effect: 'deny', permission: 'storage' },
      { effect: 'deny', host: '*.tracker.example' },
      { effect: 'deny', host: 'api.wide.example' },
      { effect: 'deny', publisher: 'proofpix' },
    ];
    const found = await owner.call(routes.policies.dryRun, { body: { policy: policyOf(rules) } });
    expect(found.checked.installed).toBe(3);
    expect(found.stops).toBe(1);
    const of = (id: string) => found.affected.find(({ plugin }) => plugin === id);
    expect(of('would-go')).toMatchObject({
      installed: true,
      state: 'loaded',
      before: { effect: 'allow', rule: null },
      decision: { effect: 'deny', rule: 1 },
    });
    expect(of('would-be-hit')).toMatchObject({
      decision: { effect: 'allow' },
      permissions: [{ permission: 'storage', granted: true, decision: { rule: 2 } }],
      hosts: [
        { host: 'a.tracker.example', partly: false, decision: { rule: 3 } },
        { host: '*.wide.example', partly: true, decision: { rule: 4 } },
      ],
    });
    expect(of('untouched')).toBeUndefined();
    // What the marketplace offers is asked too.
    expect(found.affected.filter(({ installed }) => !installed)).toHaveLength(found.checked.listings);
    expect(found.checked.listings).toBeGreaterThan(0);
    expect(await owner.call(routes.policies.get)).toMatchObject({ revision: 0 });
    expect(await ask(owner, 'would-go:ask')).toMatchObject([{ ok: true }]);
    // What it foretold is what happens.
    await decide(owner, rules);
    expect(await get(owner, 'would-go')).toMatchObject({ denied: of('would-go')?.decision.why });
  });
});

describe('one act', () => {
  test('stops everything and keeps it stopped, until somebody who may lifts it', async () => {
    const organisation = await server.createOrganisation();
    const { owner } = organisation;
    const { owner: other } = await server.createOrganisation();
    await put(owner, 'one-of-two');
    await put(owner, 'two-of-two');
    await put(other, 'not-theirs');
    const developer = await organisation.signIn('developer');
    const reason = 'We look into a report';
    expect(await developer.call(routes.plugins.stopAll, { body: { reason } })).toMatchObject({ stop: { reason } });
    expect(server.host.installations(owner.organisationId)).toEqual([]);
    expect(await get(owner, 'one-of-two')).toMatchObject({
      state: 'unloaded',
      denied: expect.stringContaining(reason),
    });
    expect(await problemOf(await owner.fetch('/api/plugins/one-of-two/load', { method: 'POST' }))).toMatchObject({
      code: 'plugins_stopped',
    });
    expect(await put(owner, 'comes-late')).toMatchObject({ code: 'plugins_stopped' });
    // Installing is no running.
    const archive = await packTestPlugin({ manifest: { id: 'waits-for-it' } });
    expect(await ended(owner, await upload(owner, archive))).toMatchObject({ plugin: { state: 'unloaded' } });
    expect(await get(other, 'not-theirs')).toMatchObject({ state: 'loaded' });

    await decide(owner, [{ effect: 'deny', plugin: 'two-of-two' }]);
    expect(await owner.call(routes.plugins.liftStop, { body: { reason: 'A false alarm' } })).toMatchObject({
      stop: null,
    });
    expect(await get(owner, 'one-of-two')).toMatchObject({ state: 'loaded', denied: null });
    // The policy denies it, stop or not.
    expect(await get(owner, 'two-of-two')).toMatchObject({
      state: 'unloaded',
      denied: expect.stringContaining('Rule 1'),
    });
    expect(await get(owner, 'waits-for-it')).toMatchObject({ state: 'unloaded', denied: null });
    await decide(owner, []);
    expect(await get(owner, 'two-of-two')).toMatchObject({ state: 'loaded', denied: null });

    const acts = await asSystem(server.db, 'sign-in', (tx) =>
      tx
        .selectFrom('audit_acts')
        .select(['act', 'reason', 'role'])
        .where('organisation_id', '=', owner.organisationId)
        .where('subject_kind', '=', 'policy')
        .orderBy('created_at')
        .execute(),
    );
    expect(acts.map(({ act, role }) => [act, role])).toEqual([
      ['plugin.stop-all', 'developer'],
      ['policy.change', 'owner'],
      ['plugin.lift-stop', 'owner'],
      ['policy.change', 'owner'],
    ]);
  });
});
