import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { pluginRoutes } from '@proofpix/contract/api/plugins';
import { securityRoutes } from '@proofpix/contract/api/security';
import { startServer, type TestMember, type TestServer } from '../../../../test/start-server.ts';
import { openTestDatabase } from '../../../../test/test-database.ts';
import { withOrganisation } from '../../../db/tenancy.ts';
import type { OrganisationEvent } from '../../../events.ts';
import { listSecurityEvents } from '../../security/queries.ts';
import { loadPlugin } from '../load-plugin.ts';
import type { OpenPlugins } from '../open-plugins.ts';
import { findInstallation } from '../queries.ts';
import { installOn, makeOrganisation, openPluginsOn } from '../test/plugins-on-database.ts';
import { ask, asking, ended, install, packTestPlugin, problemOf, sendJson, upload } from '../test/test-plugins.ts';
import { releasePlugin } from './release-plugin.ts';
import { systemActor } from '../../audit/record-act.ts';

describe('a runner that an attacker owns', () => {
  const runnerFile = fileURLToPath(new URL('../../../../../host/test/rogue-runner.mjs', import.meta.url));
  /** Runs as the runner's own code: answers its first call, and forges a frame on the second. */
  const rogueCode = `let calls = 0; rogue.onCall = (id) => {
    calls += 1;
    if (calls === 1) rogue.send(rogue.types.result, id, { ok: true, value: {} });
    else rogue.send(rogue.types.result, 4711, { ok: true, value: {} });
  }; rogue.loaded(['rogue:ask']); //`; // the manifest comes behind it

  test('is quarantined for one forged frame, stays so after a restart, and runs again once it is released and loaded', async () => {
    await using database = await openTestDatabase();
    const organisationId = await makeOrganisation(database);
    const read = (pluginId: string) =>
      withOrganisation(database, organisationId, (tx) => findInstallation(tx, pluginId));
    const named = { organisationId, pluginId: 'rogue', actor: systemActor('test') };
    const call = async (plugins: OpenPlugins) =>
      plugins.host.call({ installationId: (await read('rogue'))?.id ?? '', hook: 'rogue:ask', input: {} });
    {
      await using server = await openPluginsOn(database, { runnerFile });
      const { plugins } = server;
      await installOn(plugins, organisationId, { manifest: { id: 'rogue' }, files: { 'index.js': rogueCode } });
      const heard: OrganisationEvent[] = [];
      server.events.subscribe(organisationId, (event) => heard.push(event));
      expect(await call(plugins)).toMatchObject({ ok: true });
      expect(await call(plugins)).toMatchObject({ ok: false });
      await plugins.installations.settled();
      expect(await read('rogue')).toMatchObject({
        state: 'quarantined',
        state_reason: expect.stringContaining('Evidence:'),
      });
      expect(heard.map(({ type }) => type)).toEqual(expect.arrayContaining(['security:event', 'plugin:quarantined']));
      await expect(loadPlugin(plugins, named)).rejects.toMatchObject({ code: 'plugin_quarantined' });
      await expect(call(plugins)).rejects.toMatchObject({ code: 'plugin_quarantined' });
      expect(plugins.host.installations(organisationId)).toEqual([]);
    }
    await using server = await openPluginsOn(database, { runnerFile });
    const { plugins } = server;
    const { rows } = await withOrganisation(database, organisationId, (tx) =>
      listSecurityEvents(tx, { organisationId, after: null, limit: 10 }),
    );
    expect(rows).toMatchObject([{ type: 'frame_forged', severity: 'critical', plugin_id: 'rogue' }]);
    expect(plugins.host.installations(organisationId)).toEqual([]);
    await expect(call(plugins)).rejects.toMatchObject({ code: 'plugin_not_loaded' });
    await expect(loadPlugin(plugins, named)).rejects.toMatchObject({ code: 'plugin_quarantined' });
    expect(await releasePlugin(plugins, { ...named, reason: 'A test' })).toMatchObject({
      state: 'unloaded',
      stateReason: null,
    });
    expect(await loadPlugin(plugins, named)).toMatchObject({ state: 'loaded' });
    expect(await call(plugins)).toMatchObject({ ok: true });
  }, 120_000);

  test('stays locked up although the database fails at that moment', async () => {
    await using database = await openTestDatabase();
    const organisationId = await makeOrganisation(database);
    let failures = 0;
    const kysely = new Proxy(database.kysely, {
      get(target, name) {
        if (name === 'transaction' && failures > 0) {
          failures -= 1;
          throw new Error('The database is gone.');
        }
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    await using server = await openPluginsOn({ ...database, kysely }, { runnerFile });
    const { plugins } = server;
    const rogue = { manifest: { id: 'rogue' }, files: { 'index.js': rogueCode } };
    const installationId = await installOn(plugins, organisationId, rogue);
    const call = { installationId, hook: 'rogue:ask', input: {} };
    expect(await plugins.host.call(call)).toMatchObject({ ok: true });
    failures = 2;
    expect(await plugins.host.call(call)).toMatchObject({ ok: false });
    // Asked for while nothing is written yet: it waits for what is.
    const named = { organisationId, pluginId: 'rogue', actor: systemActor('test') };
    await expect(loadPlugin(plugins, named)).rejects.toMatchObject({ code: 'plugin_quarantined' });
    expect(failures).toBe(0);
  }, 60_000);

  test('is not installed when it forges a frame while it is loaded, and what it did is known', async () => {
    await using database = await openTestDatabase();
    const organisationId = await makeOrganisation(database);
    await using server = await openPluginsOn(database, { runnerFile });
    const files = { 'index.js': `rogue.send(99, 1, {}); //` };
    const installing = installOn(server.plugins, organisationId, { manifest: { id: 'rogue' }, files });
    await expect(installing).rejects.toThrow();
    await server.plugins.installations.settled();
    await server.plugins.capabilities.flush();
    const { rows } = await withOrganisation(database, organisationId, (tx) =>
      listSecurityEvents(tx, { organisationId, after: null, limit: 10 }),
    );
    expect(rows).toMatchObject([{ type: 'frame_forged', plugin_id: 'rogue', installation_id: null }]);
    expect(await withOrganisation(database, organisationId, (tx) => findInstallation(tx, 'rogue'))).toBe(undefined);
  });
});

describe('quarantine', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server?.stop());

  const get = (member: TestMember, id: string) => member.call(pluginRoutes.get, { params: { id } });
  const release = (member: TestMember, id: string, reason = 'We looked at it.') =>
    member.call(pluginRoutes.release, { params: { id }, body: { reason } });

  /** As the host does it for a hostile act, and waits until the server has remembered it. */
  async function quarantine(member: TestMember, id: string): Promise<void> {
    const found = server.host.installations(member.organisationId).find(({ pluginId }) => pluginId === id);
    server.host.quarantine(found?.id ?? expect.fail(), 'It forged a frame.');
    while ((await get(member, id)).state !== 'quarantined') await server.db.ping();
  }

  test('keeps a plugin from being loaded and called, and is lifted only with a reason, by those who manage plugins', async () => {
    const { owner, signIn } = await server.createOrganisation();
    await install(owner, { manifest: { id: 'suspect' } });
    await install(owner, { manifest: { id: 'honest' } });
    await quarantine(owner, 'suspect');
    expect(await get(owner, 'suspect')).toMatchObject({ state: 'quarantined', stateReason: 'It forged a frame.' });
    expect((await owner.call(pluginRoutes.list, { query: { state: 'quarantined' } })).items).toMatchObject([
      { id: 'suspect' },
    ]);
    expect((await owner.call(securityRoutes.summary)).quarantined).toEqual([
      { plugin: 'suspect', name: 'Test plugin', version: '1.0.0', reason: 'It forged a frame.' },
    ]);
    expect(await problemOf(await sendJson(owner, '/api/plugins/suspect/load', 'POST'))).toMatchObject({
      status: 409,
      code: 'plugin_quarantined',
    });
    expect((await sendJson(owner, '/api/plugins/hooks/suspect:ask', 'POST', { data: {} })).status).toBe(409);
    expect(await ask(owner, 'honest:ask')).toMatchObject([{ ok: true }]);
    // Unloading is no way out.
    expect(await owner.call(pluginRoutes.unload, { params: { id: 'suspect' } })).toMatchObject({
      state: 'quarantined',
    });

    for (const body of [{}, { reason: '' }, { reason: 'x'.repeat(1_001) }]) {
      expect((await sendJson(owner, '/api/plugins/suspect/release', 'POST', body)).status).toBe(400);
    }
    const auditor = await signIn('auditor');
    expect((await sendJson(auditor, '/api/plugins/suspect/release', 'POST', { reason: 'Let me' })).status).toBe(403);
    const { owner: stranger } = await server.createOrganisation();
    for (const id of ['suspect', 'nobodys']) {
      const answer = await problemOf(
        await sendJson(stranger, `/api/plugins/${id}/release`, 'POST', { reason: 'Let me' }),
      );
      expect(answer).toMatchObject({ status: 404, code: 'plugin_not_found' });
    }
    expect(await get(owner, 'suspect')).toMatchObject({ state: 'quarantined' });

    expect(await release(owner, 'suspect')).toMatchObject({ state: 'unloaded', stateReason: null });
    const { items } = await owner.call(pluginRoutes.events, { params: { id: 'suspect' } });
    expect(items.slice(0, 2)).toMatchObject([
      {
        type: 'plugin:released',
        actor: owner.userId,
        detail: { reason: 'We looked at it.', from: 'quarantined', was: 'It forged a frame.' },
      },
      { type: 'plugin:quarantined', actor: null, detail: { version: '1.0.0', reason: 'It forged a frame.' } },
    ]);
    await owner.call(pluginRoutes.load, { params: { id: 'suspect' } });
    expect(await ask(owner, 'suspect:ask')).toMatchObject([{ ok: true }]);
    // Nothing to lift: nothing happens, and nothing is written down.
    expect(await release(owner, 'suspect')).toMatchObject({ state: 'loaded' });
    const again = await owner.call(pluginRoutes.events, { params: { id: 'suspect' } });
    expect(again.items.filter(({ type }) => type === 'plugin:released')).toHaveLength(1);
  });

  test('is of the plugin and not of one version: a new one is put in its place and does not run', async () => {
    const { owner } = await server.createOrganisation();
    await install(owner, { manifest: { id: 'suspect' } });
    await quarantine(owner, 'suspect');
    const archive = await packTestPlugin({ manifest: { id: 'suspect', version: '1.0.1' } });
    const refused = await ended(owner, await upload(owner, archive, { grants: 'requested', autoLoad: 'true' }));
    expect(refused).toMatchObject({ code: 'plugin_quarantined' });
    expect(await get(owner, 'suspect')).toMatchObject({ version: '1.0.0', state: 'quarantined' });
    const placed = await ended(owner, await upload(owner, archive, { grants: 'requested' }));
    expect(placed).toMatchObject({
      plugin: { version: '1.0.1', state: 'quarantined', stateReason: 'It forged a frame.' },
    });
    expect((await sendJson(owner, '/api/plugins/suspect/load', 'POST')).status).toBe(409);
    await release(owner, 'suspect');
    expect(await owner.call(pluginRoutes.load, { params: { id: 'suspect' } })).toMatchObject({
      version: '1.0.1',
      state: 'loaded',
    });
  });

  test('is told to those who watch the organisation and may see plugins, and to nobody else', async () => {
    const { owner, signIn } = await server.createOrganisation();
    const { owner: stranger } = await server.createOrganisation();
    const [viewer, analyst] = [await signIn('viewer'), await signIn('analyst')];
    await install(owner, { manifest: { id: 'suspect' } });
    await install(owner, { manifest: { id: 'curious' }, exports: asking('curious', `await ctx.storage.get('a')`) });
    const watch = async (member: TestMember) => {
      const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/events`, {
        headers: { authorization: `Bearer ${member.token}` },
      });
      const types: string[] = [];
      socket.on('message', (data: Buffer) => types.push((JSON.parse(data.toString()) as { type: string }).type)); // an event
      await once(socket, 'open');
      return { socket, types };
    };
    const watching = {
      owner: await watch(owner),
      analyst: await watch(analyst),
      viewer: await watch(viewer),
      stranger: await watch(stranger),
    };
    await ask(owner, 'curious:ask');
    await quarantine(owner, 'suspect');
    await release(owner, 'suspect');
    const { types, socket } = watching.owner;
    while (!types.includes('plugin:released')) await once(socket, 'message');
    const besideFigures = (heard: readonly string[]) => heard.filter((type) => type !== 'plugin:metrics');
    // That something was recorded is heard by those alone who may read it.
    const besideTrail = besideFigures(types).filter((type) => type !== 'audit:recorded');
    expect(besideTrail).toEqual(['security:event', 'plugin:quarantined', 'plugin:released']);
    while (!watching.analyst.types.includes('plugin:released')) await once(watching.analyst.socket, 'message');
    expect(besideFigures(watching.analyst.types)).toEqual(['plugin:quarantined', 'plugin:released']);
    watching.analyst.socket.close();
    // A run is seen by all of the organisation: whatever was to come before it has come.
    for (const member of [owner, stranger]) await member.fetch('/api/runs/sample', { method: 'POST' });
    for (const { socket: other, types: heard } of [watching.viewer, watching.stranger]) {
      while (!heard.includes('run:finished')) await once(other, 'message');
      expect(besideFigures(heard).filter((type) => !/^(run|step):/.test(type))).toEqual([]);
      other.close();
    }
    expect(watching.viewer.types).not.toContain('plugin:metrics');
    while (!types.includes('plugin:metrics')) await once(socket, 'message');
    socket.close();
  });
});

describe('a plugin that fails too often', () => {
  test('is switched off in the end, stays so after a restart, and is tried again when somebody loads it', async () => {
    await using database = await openTestDatabase();
    const organisationId = await makeOrganisation(database);
    const read = () => withOrganisation(database, organisationId, (tx) => findInstallation(tx, 'dies'));
    const breaker = { failures: 1, rest: 0, longestRest: 0, openings: 2 };
    const input = { die: true };
    {
      await using server = await openPluginsOn(database, { breaker });
      const { host } = server.plugins;
      const exports = asking('dies', 'if (input.die) for (;;); return {}');
      const manifest = { id: 'dies', limits: { timeout: 100 } };
      const installationId = await installOn(server.plugins, organisationId, { manifest, exports });
      for (let call = 0; call < 2; call += 1) await host.call({ installationId, hook: 'dies:ask', input });
      await server.plugins.installations.settled();
      expect(await read()).toMatchObject({ state: 'failed', state_reason: expect.stringContaining('stays off') });
      const suspended = await host.call({ installationId, hook: 'dies:ask', input: {} });
      expect(suspended).toMatchObject({ ok: false, error: { code: 'plugin_suspended' } });
    }
    await using server = await openPluginsOn(database, { breaker });
    expect(server.plugins.host.installations(organisationId)).toEqual([]);
    const loaded = await loadPlugin(server.plugins, { organisationId, pluginId: 'dies', actor: systemActor('test') });
    expect(loaded).toMatchObject({ state: 'loaded', stateReason: null, circuit: { state: 'closed' } });
    const answer = await server.plugins.host.call({
      installationId: (await read())?.id ?? '',
      hook: 'dies:ask',
      input: {},
    });
    expect(answer).toMatchObject({ ok: true });
  }, 120_000);

  test('rests, is shown with the reason and the time, and works again after its release', async () => {
    await using server = await startServer();
    const { owner } = await server.createOrganisation();
    const exports = asking('dies', 'if (input.die) for (;;); return { alive: true }');
    const limits = { timeout: 100 };
    await install(owner, { manifest: { id: 'dies', limits }, exports });
    const circuit = async () => (await owner.call(pluginRoutes.get, { params: { id: 'dies' } })).circuit;
    expect(await circuit()).toEqual({ state: 'closed', reason: null, retryAt: null });
    while ((await circuit()).state === 'closed') await ask(owner, 'dies:ask', { die: true });
    const resting = await circuit();
    expect(resting.reason).not.toBe(null);
    expect(Date.parse(resting.retryAt ?? '')).toBeGreaterThan(0);
    expect((await owner.call(securityRoutes.summary)).circuits).toMatchObject([
      { plugin: 'dies', reason: resting.reason },
    ]);
    expect((await owner.call(pluginRoutes.list)).items).toMatchObject([
      { id: 'dies', state: 'loaded', circuit: { reason: resting.reason } },
    ]);
    const { owner: stranger } = await server.createOrganisation();
    expect((await stranger.call(securityRoutes.summary)).circuits).toEqual([]);
    await owner.call(pluginRoutes.release, { params: { id: 'dies' }, body: { reason: 'Once more' } });
    expect(await circuit()).toEqual({ state: 'closed', reason: null, retryAt: null });
    expect(await ask(owner, 'dies:ask')).toMatchObject([{ ok: true }]);
    const { items } = await owner.call(pluginRoutes.events, { params: { id: 'dies' } });
    const types = items.map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(['plugin:suspended', 'plugin:resumed', 'plugin:released']));
  }, 120_000);
});
