import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pluginRoutes } from '@proofpix/contract/api/plugins';
import { updateRoutes } from '@proofpix/contract/api/updates';
import { routes } from '@proofpix/contract/routes';
import { usualPolicy, type PolicyRule } from '@proofpix/contract/policies';
import { startServer, type TestMember, type TestServer } from '../../../../test/start-server.ts';
import { asSystem, withOrganisation } from '../../../db/tenancy.ts';
import { ask, asking, ended, install, packTestPlugin, problemOf, sendJson, upload } from '../test/test-plugins.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.stop());

const configSchema = {
  type: 'object',
  properties: { tone: { type: 'string', default: 'low' }, key: { type: 'string', writeOnly: true } },
};

/** Counts its calls in its storage, and says which version it is. */
function counter(id: string, version: string, more: { body?: string; permissions?: string[]; exports?: string } = {}) {
  const { body = '', permissions = ['storage'], exports = '' } = more;
  const count = `if (input.read) return { version: '${version}', count: await ctx.storage.get('count'), tone: ctx.config.tone };
    const count = ((await ctx.storage.get('count')) ?? 0) + 1;
    await ctx.storage.set('count', count); ${body}
    return { version: '${version}', count, tone: ctx.config.tone };`;
  return { manifest: { id, version, permissions, configSchema }, exports: `${asking(id, count)} ${exports}` };
}

type Counter = Parameters<typeof counter>[2];
const put = async (owner: TestMember, id: string, version: string, more: Counter = {}, fields = {}) =>
  ended(owner, await upload(owner, await packTestPlugin(counter(id, version, more)), fields));
const first = (owner: TestMember, id: string) => install(owner, counter(id, '1.0.0'));
const said = async (owner: TestMember, id: string, data: object = {}) => (await ask(owner, `${id}:ask`, data))[0];
const read = async (owner: TestMember, id: string) => (await said(owner, id, { read: true }))?.result;
const points = async (owner: TestMember, id: string) =>
  (await owner.call(updateRoutes.restorePoints, { params: { id } })).items;
const rollback = (owner: TestMember, id: string, to: string) =>
  owner.call(updateRoutes.rollback, { params: { id }, body: { to } });
const configure = (owner: TestMember, id: string, config: object) =>
  sendJson(owner, `/api/plugins/${id}/config`, 'PUT', { config });
const decide = (owner: TestMember, rules: PolicyRule[]) =>
  owner.call(routes.policies.put, { body: { policy: { ...usualPolicy, rules } } });

/** Everything that a rollback promises to bring back, as the database has it. */
async function stateOf(owner: TestMember, id: string) {
  return withOrganisation(server.db, owner.organisationId, async (tx) => {
    const plugin = await tx
      .selectFrom('plugins')
      .select(['id', 'version', 'digest', 'archive_digest', 'manifest'])
      .where('plugin_id', '=', id)
      .executeTakeFirstOrThrow();
    const storage = await tx
      .selectFrom('plugin_storage')
      .selectAll()
      .where('installation_id', '=', plugin.id)
      .orderBy('key')
      .execute();
    const permissions = await tx
      .selectFrom('plugin_permissions')
      .select(['permission', 'decision'])
      .where('installation_id', '=', plugin.id)
      .orderBy('permission')
      .execute();
    const config = await tx
      .selectFrom('plugin_configurations')
      .select(['config', 'secrets', 'secrets_set'])
      .where('installation_id', '=', plugin.id)
      .executeTakeFirst();
    const scan = await tx
      .selectFrom('plugin_scans')
      .select(['digest', 'rule_set'])
      .where('installation_id', '=', plugin.id)
      .executeTakeFirst();
    return {
      plugin,
      storage: storage.map(({ key, value, version, size }) => ({
        key,
        value: Buffer.from(value).toString('hex'),
        version,
        size,
      })),
      permissions,
      config: {
        config: config?.config,
        secrets: config?.secrets && Buffer.from(config.secrets).toString('hex'),
        set: config?.secrets_set,
      },
      scan,
    };
  });
}

describe('a restore point', () => {
  test('brings package, grants, configuration and storage back together, and can be undone itself', async () => {
    const { owner } = await server.createOrganisation();
    await first(owner, 'all-of-it');
    await configure(owner, 'all-of-it', { tone: 'low', key: 'the first secret' });
    await said(owner, 'all-of-it');
    const before = await stateOf(owner, 'all-of-it');
    await put(owner, 'all-of-it', '2.0.0', { permissions: ['storage', 'crypto'] }, { grants: 'requested' });
    await configure(owner, 'all-of-it', { tone: 'high', key: 'the second secret' });
    await said(owner, 'all-of-it');
    await said(owner, 'all-of-it');
    const after = await stateOf(owner, 'all-of-it');
    expect(after).not.toEqual(before);

    const [newest, update] = await points(owner, 'all-of-it');
    expect(newest).toMatchObject({ reason: 'config', version: '2.0.0' });
    expect(update).toMatchObject({
      reason: 'update',
      version: '1.0.0',
      values: 1,
      permissions: ['storage'],
      obstacle: null,
    });
    expect(await rollback(owner, 'all-of-it', update?.id ?? '')).toMatchObject({ version: '1.0.0', state: 'loaded' });
    expect(await stateOf(owner, 'all-of-it')).toEqual(before);
    expect(await read(owner, 'all-of-it')).toEqual({ version: '1.0.0', count: 1, tone: 'low' });

    const [undo] = await points(owner, 'all-of-it');
    expect(undo).toMatchObject({ reason: 'rollback', version: '2.0.0' });
    await rollback(owner, 'all-of-it', undo?.id ?? '');
    expect(await stateOf(owner, 'all-of-it')).toEqual(after);
    expect(await read(owner, 'all-of-it')).toEqual({ version: '2.0.0', count: 3, tone: 'high' });
    const acts = await asSystem(server.db, 'sign-in', (tx) =>
      tx
        .selectFrom('audit_acts')
        .select(['act', 'actor_kind', 'before', 'after'])
        .where('organisation_id', '=', owner.organisationId)
        .where('act', '=', 'plugin.rollback')
        .orderBy('created_at')
        .execute(),
    );
    expect(acts).toMatchObject([
      { actor_kind: 'member', before: { version: '2.0.0' }, after: { version: '1.0.0' } },
      { actor_kind: 'member', before: { version: '1.0.0' }, after: { version: '2.0.0' } },
    ]);
  });

  test('of the same version undoes a change of the configuration alone', async () => {
    const { owner } = await server.createOrganisation();
    await first(owner, 'tuned');
    await said(owner, 'tuned');
    await configure(owner, 'tuned', { tone: 'high' });
    // The same once more is no change that somebody would undo.
    await configure(owner, 'tuned', { tone: 'high' });
    const [point, ...others] = await points(owner, 'tuned');
    expect(others).toEqual([]);
    await rollback(owner, 'tuned', point?.id ?? '');
    expect(await read(owner, 'tuned')).toEqual({ version: '1.0.0', count: 1, tone: 'low' });
  });

  test('is kept for the last five states; packages that none names are removed', async () => {
    const { owner } = await server.createOrganisation();
    await first(owner, 'many-versions');
    for (let patch = 1; patch <= 7; patch += 1) await put(owner, 'many-versions', `1.0.${patch}`);
    const kept = await points(owner, 'many-versions');
    expect(kept.map(({ version }) => version)).toEqual(['1.0.6', '1.0.5', '1.0.4', '1.0.3', '1.0.2']);
    expect(await rollback(owner, 'many-versions', kept[4]?.id ?? '')).toMatchObject({ version: '1.0.2' });
    expect(await said(owner, 'many-versions')).toMatchObject({ ok: true, result: { version: '1.0.2' } });
    await owner.call(pluginRoutes.uninstall, { params: { id: 'many-versions' } });
    const left = await withOrganisation(server.db, owner.organisationId, (tx) =>
      tx.selectFrom('plugin_restore_points').select('id').execute(),
    );
    expect(left).toEqual([]);
    const jobs = await withOrganisation(server.db, owner.organisationId, (tx) =>
      tx.selectFrom('jobs').select(['kind', 'state']).where('state', '=', 'running').execute(),
    );
    expect(jobs).toEqual([]);
  });

  test('of another plugin or organisation is one that is missing', async () => {
    const organisation = await server.createOrganisation();
    const { owner } = organisation;
    const { owner: other } = await server.createOrganisation();
    for (const each of [owner, other]) {
      await first(each, 'same-name');
      await put(each, 'same-name', '1.1.0');
    }
    const [theirs] = await points(other, 'same-name');
    const missing = { to: theirs?.id ?? '' };
    expect(await problemOf(await sendJson(owner, '/api/plugins/same-name/rollback', 'POST', missing))).toMatchObject({
      status: 404,
      code: 'restore_point_not_found',
    });
    const analyst = await organisation.signIn('analyst');
    const [own] = await points(owner, 'same-name');
    const tried = await sendJson(analyst, '/api/plugins/same-name/rollback', 'POST', { to: own?.id });
    expect(await problemOf(tried)).toMatchObject({ status: 403 });
  });

  test('never brings back what the kill list names, a policy denies or a pin forbids', async () => {
    const { owner } = await server.createOrganisation();
    await first(owner, 'never-again');
    await put(owner, 'never-again', '1.1.0');
    const [point] = await points(owner, 'never-again');
    const refused = async () =>
      problemOf(await sendJson(owner, '/api/plugins/never-again/rollback', 'POST', { to: point?.id }));
    const shown = async () => (await points(owner, 'never-again'))[0]?.obstacle?.code;
    await owner.call(updateRoutes.putUpdates, { params: { id: 'never-again' }, body: { mode: null, pin: '1.1.0' } });
    expect([await refused(), await shown()]).toMatchObject([{ code: 'version_pinned' }, 'version_pinned']);
    await decide(owner, [{ effect: 'deny', plugin: 'never-again', version: '1.0.0' }]);
    expect([await refused(), await shown()]).toMatchObject([{ code: 'policy_denied' }, 'policy_denied']);
    const body = { kind: 'version', value: 'never-again@1.0.0', reason: 'It sends photos away' } as const;
    await server.call(routes.trust.kill, { body });
    expect([await refused(), await shown()]).toMatchObject([{ code: 'package_killed' }, 'package_killed']);
    expect(await said(owner, 'never-again')).toMatchObject({ ok: true, result: { version: '1.1.0' } });
  });
});

describe('a pin', () => {
  test('is to exactly what is installed, and nothing else takes its place', async () => {
    const { owner } = await server.createOrganisation();
    await first(owner, 'pinned-one');
    const pin = (to: string | null) =>
      sendJson(owner, '/api/plugins/pinned-one/updates', 'PUT', { mode: null, pin: to });
    expect(await problemOf(await pin('1.1.0'))).toMatchObject({ status: 400, errors: [{ field: '/pin' }] });
    for (const trick of ['v1.0.0', '01.0.0', '1.0.0+build']) expect((await pin(trick)).status).toBe(400);
    expect((await pin('1.0.0')).status).toBe(200);
    for (const version of ['1.1.0', '1.0.0+build', '0.9.0'])
      expect(await put(owner, 'pinned-one', version)).toMatchObject({ code: 'version_pinned' });
    expect((await pin(null)).status).toBe(200);
    expect(await put(owner, 'pinned-one', '1.1.0')).toMatchObject({ plugin: { version: '1.1.0' } });
  });
});

describe('an update', () => {
  test(
    'that is undone keeps what calls of the version before stored while it took over',
    { timeout: 120_000 },
    async () => {
      const { owner } = await server.createOrganisation();
      const manifest = { id: 'in-flight', permissions: ['storage'], limits: { timeout: 60_000 } };
      // It waits for what the newer version stores first of all, and stores itself only then.
      const waits = `if (input.waits) {
        while ((await ctx.storage.get('go')) === null) await new Promise((resolve) => setTimeout(resolve, 20));
        await ctx.storage.set('late', 'of the version before'); }
      return { go: (await ctx.storage.get('go')) ?? null, late: (await ctx.storage.get('late')) ?? null };`;
      await install(owner, { manifest, exports: asking('in-flight', waits) });
      const late = ask(owner, 'in-flight:ask', { waits: true });
      const broken = `${asking('in-flight', `throw new Error('broken')`)}, async initialize(ctx) { await ctx.storage.set('go', true); }`;
      const next = { manifest: { ...manifest, version: '2.0.0' }, exports: broken };
      const { id } = server.host.installations(owner.organisationId)[0] ?? { id: '' };
      await expect.poll(() => server.host.state(id).openCalls, { timeout: 30_000 }).toBe(1);
      expect(await ended(owner, await upload(owner, await packTestPlugin(next)))).toMatchObject({
        plugin: { version: '2.0.0' },
      });
      expect(await late).toMatchObject([{ ok: true, result: { go: true, late: 'of the version before' } }]);
      await expect
        .poll(async () => (await said(owner, 'in-flight'))?.result, { timeout: 60_000 })
        .toEqual({ go: null, late: 'of the version before' });
    },
  );

  test('that fails while it is loaded leaves storage as the version before has it, its first writes included', async () => {
    const { owner } = await server.createOrganisation();
    await first(owner, 'writes-early');
    await said(owner, 'writes-early');
    const before = await stateOf(owner, 'writes-early');
    const exports = `, async initialize(ctx) { await ctx.storage.set('count', 666); await ctx.storage.set('mine', 1); throw new Error('no'); }`;
    expect(await put(owner, 'writes-early', '2.0.0', { exports })).toMatchObject({ code: 'plugin_load_failed' });
    expect(await stateOf(owner, 'writes-early')).toEqual(before);
    expect(await points(owner, 'writes-early')).toEqual([]);
    expect(await said(owner, 'writes-early')).toMatchObject({ result: { version: '1.0.0', count: 2 } });
    // The same content mended by nobody is tried again when somebody asks, and may store again.
    const works = `, async initialize(ctx) { await ctx.storage.set('mine', 1); }`;
    expect(await put(owner, 'writes-early', '2.0.0', { exports: works })).toMatchObject({
      plugin: { version: '2.0.0' },
    });
    expect(await said(owner, 'writes-early')).toMatchObject({ result: { version: '2.0.0', count: 3 } });
  });

  test('that lost a hook does not take over', async () => {
    const { owner } = await server.createOrganisation();
    await first(owner, 'loses-a-hook');
    expect(await put(owner, 'loses-a-hook', '2.0.0', { exports: `, hooks: {}` })).toMatchObject({
      code: 'plugin_load_failed',
    });
    expect(await said(owner, 'loses-a-hook')).toMatchObject({ result: { version: '1.0.0' } });
  });

  test('that asks for more waits for consent, and the version before goes on', async () => {
    const { owner } = await server.createOrganisation();
    await first(owner, 'asks-for-more');
    expect(await put(owner, 'asks-for-more', '2.0.0', { permissions: ['storage', 'crypto'] })).toMatchObject({
      code: 'grants_missing',
    });
    expect(await said(owner, 'asks-for-more')).toMatchObject({ result: { version: '1.0.0' } });
  });

  test(
    'is undone by itself when its calls begin to fail; every call ends well or says why it did not',
    { timeout: 120_000 },
    async () => {
      const { owner } = await server.createOrganisation();
      await first(owner, 'goes-wrong');
      await configure(owner, 'goes-wrong', { tone: 'low', key: 'a secret' });
      await said(owner, 'goes-wrong');
      const before = await stateOf(owner, 'goes-wrong');

      const answers: { ok: boolean; error?: { code: string } }[] = [];
      const work = { goesOn: true };
      // Those that only read: what is stored afterwards is what was stored before, to the last value.
      const worker = async () => {
        while (work.goesOn) {
          const [answer] = await ask(owner, 'goes-wrong:ask', { read: true });
          if (answer !== undefined) answers.push(answer);
        }
      };
      const workers = Array.from({ length: 8 }, worker);
      const started = performance.now();
      await expect.poll(() => answers.length, { timeout: 60_000 }).toBeGreaterThan(200);
      const perSecond = Math.round((answers.length / (performance.now() - started)) * 1_000);
      expect(answers.filter(({ ok }) => !ok)).toEqual([]);
      const exports = `, hooks: { 'goes-wrong:ask': async (input, ctx) => {
        await ctx.storage.set('count', 666); await ctx.storage.set('mine', Math.random()); throw new Error('broken'); } }`;
      expect(await put(owner, 'goes-wrong', '2.0.0', { exports })).toMatchObject({ plugin: { version: '2.0.0' } });
      const began = performance.now();
      const version = async () => (await owner.call(pluginRoutes.get, { params: { id: 'goes-wrong' } })).version;
      await expect.poll(version, { timeout: 60_000, interval: 20 }).toBe('1.0.0');
      const milliseconds = Math.round(performance.now() - began);
      console.log(`an update that failed at ${perSecond} calls/s was undone ${milliseconds} ms after it took over`);
      const back = answers.length;
      await expect
        .poll(() => answers.slice(back).filter(({ ok }) => ok).length, { timeout: 30_000 })
        .toBeGreaterThan(50);
      work.goesOn = false;
      await Promise.all(workers);

      const codes = new Set(answers.filter(({ ok }) => !ok).map(({ error }) => error?.code));
      expect(
        [...codes].filter((code) => !['plugin_error', 'plugin_not_loaded', 'call_ended'].includes(code ?? '')),
      ).toEqual([]);
      expect(await stateOf(owner, 'goes-wrong')).toEqual(before);
      expect(await said(owner, 'goes-wrong')).toMatchObject({ ok: true, result: { version: '1.0.0', count: 2 } });
      // It is told, and not tried again by itself.
      expect(await owner.call(updateRoutes.getUpdates, { params: { id: 'goes-wrong' } })).toMatchObject({
        wentBack: { version: '2.0.0', reason: expect.stringContaining('calls failed') },
      });
      const { items } = await owner.call(pluginRoutes.events, { params: { id: 'goes-wrong' } });
      expect(items.find(({ type }) => type === 'plugin:went-back')).toMatchObject({ actor: null });
      const [undo] = await points(owner, 'goes-wrong');
      expect(undo).toMatchObject({ reason: 'rollback', version: '2.0.0' });
    },
  );

  test('is not undone where somebody took over meanwhile: a grant that was withdrawn stays withdrawn', async () => {
    const { owner } = await server.createOrganisation();
    await first(owner, 'in-good-hands');
    await put(owner, 'in-good-hands', '2.0.0', { body: `throw new Error('broken');` });
    await sendJson(owner, '/api/plugins/in-good-hands/grants', 'PUT', { grants: [], refused: ['storage'] });
    for (let call = 0; call < 25; call += 1) expect(await said(owner, 'in-good-hands')).toMatchObject({ ok: false });
    expect(await owner.call(pluginRoutes.get, { params: { id: 'in-good-hands' } })).toMatchObject({
      version: '2.0.0',
      permissions: [{ permission: 'storage', decision: 'refused' }],
    });
    expect((await points(owner, 'in-good-hands'))[0]).toMatchObject({ watchedUntil: null });
  });
});
