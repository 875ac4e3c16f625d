import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { pluginRoutes } from '@proofpix/contract/api/plugins';
import { securityRoutes } from '@proofpix/contract/api/security';
import { trustRoutes } from '@proofpix/contract/api/trust';
import type { KillKind } from '@proofpix/contract/trust';
import type { SigningKey } from '@proofpix/signatures/keys';
import { openTestDatabase } from '../../../../test/test-database.ts';
import { startServer, type TestMember, type TestServer } from '../../../../test/start-server.ts';
import { withOrganisation } from '../../../db/tenancy.ts';
import { installPlugin } from '../install-plugin.ts';
import { loadPlugin } from '../load-plugin.ts';
import { findInstallation } from '../queries.ts';
import { insertKill } from '../../trust/queries.ts';
import { enforceKillList } from './enforce-kill-list.ts';
import { addPublisher, installSigned, signTestPlugin } from '../test/sign-packages.ts';
import { installOn, makeOrganisation, openPluginsOn } from '../test/plugins-on-database.ts';
import { ask, asking, ended, install, packTestPlugin, sendJson, upload } from '../test/test-plugins.ts';
import { systemActor } from '../../audit/record-act.ts';

let server: TestServer;
let acme: SigningKey;
beforeAll(async () => {
  server = await startServer();
  acme = await addPublisher(server, 'acme');
});
afterAll(() => server.stop());

const kill = (kind: KillKind, value: string, more: { from?: string } = {}) =>
  server.call(trustRoutes.kill, { body: { kind, value, reason: 'It sends photos to a stranger', ...more } });
const lift = (id: string) => server.call(trustRoutes.lift, { params: { id }, body: { reason: 'A mistake' } });
const shown = (member: TestMember, id: string) => member.call(pluginRoutes.get, { params: { id } });
async function codeOf(response: Response): Promise<[string, string]> {
  const { code, detail = '' } = (await response.json()) as { code: string; detail?: string }; // a problem document
  return [code, detail];
}

describe('an entry of the kill list', () => {
  test.each([
    ['plugin', () => 'by-plugin'],
    ['version', () => 'acme/by-version@1.0.0'],
    ['digest', (digest: string) => digest],
    ['publisher', () => 'publisher-to-go'],
    ['key', (_digest: string, key: string) => key],
  ] as const)('by %s ends what runs, and keeps it from being loaded and installed', async (kind, valueOf) => {
    const { owner } = await server.createOrganisation();
    const { owner: others } = await server.createOrganisation();
    const id = `by-${kind}`;
    const publisher = kind === 'publisher' ? 'publisher-to-go' : 'acme';
    // Of a key of its own: the one of acme signs on.
    const key = kind === 'key' || kind === 'publisher' ? await addPublisher(server, publisher) : acme;
    const one = await signTestPlugin({ manifest: { id } }, publisher, key);
    for (const member of [owner, others]) {
      const end = await installSigned(member, one, { grants: 'requested', autoLoad: 'true' });
      expect(end).toMatchObject({ plugin: { state: 'loaded' } });
    }
    // Something else of the same organisation goes on.
    await install(owner, { manifest: { id: 'innocent' } });
    const entry = await kill(kind, valueOf(one.digest, key.id));
    const sentence = `${kind} ${entry.value}: It sends photos to a stranger`;

    for (const member of [owner, others]) {
      expect(await shown(member, id)).toMatchObject({
        state: 'failed',
        stateReason: `On the kill list: ${sentence}`,
        killed: sentence,
      });
      const call = await sendJson(member, `/api/plugins/hooks/${id}:ask`, 'POST', { data: {}, plugins: [id] });
      expect((await codeOf(call))[0]).toBe('plugin_not_loaded');
      expect(await codeOf(await sendJson(member, `/api/plugins/${id}/load`, 'POST'))).toEqual([
        'package_killed',
        sentence,
      ]);
    }
    const { owner: third } = await server.createOrganisation();
    // On a busy machine it is a job that ends so.
    const refused = await ended(third, await upload(third, one.archive, { signature: one.signature }));
    expect(refused).toMatchObject({ code: 'package_killed', message: expect.stringContaining(sentence) });
    expect(await ask(owner, 'innocent:ask')).toMatchObject([{ ok: true }]);

    await lift(entry.id);
    expect(await shown(owner, id)).toMatchObject({ state: 'unloaded', stateReason: null, killed: null });
    await owner.call(pluginRoutes.load, { params: { id } });
    expect(await ask(owner, `${id}:ask`)).toMatchObject([{ ok: true }]);
  });

  test.each(['local', 'proofpix'])('cannot be the publisher %s, which stands for what nobody signed', async (value) => {
    const body = { kind: 'publisher', value, reason: 'A slip' } as const;
    await expect(server.call(trustRoutes.kill, { body })).rejects.toMatchObject({
      code: 'invalid_request',
      fields: [{ field: '/value', message: expect.stringContaining('name the plugin, version or digest') }],
    });
  });

  test('ends a call that is under way, whatever deadline it has', async () => {
    const { owner } = await server.createOrganisation();
    const exports = asking('never-done', 'await ctx.log.info("here"); for (;;);');
    const limits = { timeout: 60_000, cpu: 60_000 };
    const { id } = await install(owner, { manifest: { id: 'never-done', limits }, exports });
    const answer = ask(owner, 'never-done:ask');
    const installation = server.host.installations(owner.organisationId)[0];
    while (server.host.state(installation?.id ?? '').openCalls === 0) await shown(owner, id);
    const started = performance.now();
    await kill('plugin', 'never-done');
    const milliseconds = Math.round(performance.now() - started);
    console.log(`kill list: the process of a plugin in an endless call was gone ${milliseconds} ms after the request`);
    expect(await answer).toMatchObject([{ ok: false, error: { code: 'package_killed' } }]);
    expect(server.host.installations(owner.organisationId)).toEqual([]);
  });

  test('is told to the organisations it concerns, as a critical event, and to those who watch; to no others', async () => {
    const { owner } = await server.createOrganisation();
    const { owner: stranger } = await server.createOrganisation();
    await install(owner, { manifest: { id: 'watched' } });
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/events`, {
      headers: { authorization: `Bearer ${owner.token}` },
    });
    const heard: Record<string, unknown>[] = [];
    socket.on('message', (data: Buffer) => heard.push(JSON.parse(data.toString()) as Record<string, unknown>)); // an event
    await once(socket, 'open');
    await kill('plugin', 'watched');
    while (!heard.some(({ type }) => type === 'plugin:changed')) await once(socket, 'message');
    socket.close();
    expect(heard).toContainEqual(
      expect.objectContaining({
        type: 'security:event',
        plugin: 'watched',
        violation: 'package_killed',
        severity: 'critical',
      }),
    );
    const { items } = await owner.call(securityRoutes.events);
    expect(items).toMatchObject([{ type: 'package_killed', severity: 'critical', plugin: 'watched', installed: true }]);
    expect(
      (await owner.call(pluginRoutes.events, { params: { id: 'watched' } })).items.map(({ type }) => type),
    ).toContain('plugin:killed');
    expect((await stranger.call(securityRoutes.events)).items).toEqual([]);
  });

  test('of the future waits for its time', async () => {
    const { owner } = await server.createOrganisation();
    await install(owner, { manifest: { id: 'killed-later' } });
    const { id } = await kill('plugin', 'killed-later', { from: '2099-01-01T00:00:00Z' });
    expect(await shown(owner, 'killed-later')).toMatchObject({ state: 'loaded', killed: null });
    await lift(id);
    // Whose time comes while the server runs: noticed by itself.
    const soon = new Date(Date.now() + 1_000).toISOString();
    await kill('plugin', 'killed-later', { from: soon });
    while ((await shown(owner, 'killed-later')).killed === null);
    expect((await shown(owner, 'killed-later')).state).toBe('failed');
  });

  test('must name something that can be, and stands once; lifted, it stays in the record', async () => {
    const post = async (body: object) => codeOf(await sendJson(server.owner, '/api/trust/kill-list', 'POST', body));
    for (const [kind, value] of [
      ['digest', 'abc'],
      ['plugin', 'a@1.0.0'],
      ['version', 'no-version'],
      ['publisher', '../x'],
      ['key', 'x'.repeat(64)],
    ])
      expect((await post({ kind, value, reason: 'A test' }))[0], value).toBe('invalid_request');
    expect((await post({ kind: 'plugin', value: 'once', reason: '' }))[0]).toBe('invalid_request');
    const { id } = await kill('plugin', 'once');
    expect((await post({ kind: 'plugin', value: 'once', reason: 'Again' }))[0]).toBe('kill_entry_exists');
    await lift(id);
    const again = await sendJson(server.owner, `/api/trust/kill-list/${id}/lift`, 'POST', { reason: 'Again' });
    expect((await codeOf(again))[0]).toBe('kill_entry_not_found');
    const { items } = await server.call(trustRoutes.killList);
    expect(items.find((item) => item.id === id)).toMatchObject({
      value: 'once',
      createdBy: expect.any(String),
      liftedBy: expect.any(String),
      liftReason: 'A mistake',
    });
  });

  test('does not lift a quarantine, nor does its end', async () => {
    const { owner } = await server.createOrganisation();
    await install(owner, { manifest: { id: 'locked-too' } });
    const [installation] = server.host.installations(owner.organisationId);
    server.host.quarantine(installation?.id ?? '', 'It forged a host call.');
    while ((await shown(owner, 'locked-too')).state !== 'quarantined');
    const { id } = await kill('plugin', 'locked-too');
    expect(await shown(owner, 'locked-too')).toMatchObject({ state: 'quarantined', killed: expect.any(String) });
    await lift(id);
    expect(await shown(owner, 'locked-too')).toMatchObject({ state: 'quarantined', killed: null });
  });

  test('names one version, and lets the next take its place', async () => {
    const { owner } = await server.createOrganisation();
    await install(owner, { manifest: { id: 'mended' } });
    await kill('version', 'mended@1.0.0');
    const update = await packTestPlugin({ manifest: { id: 'mended', version: '1.0.1' } });
    expect(await ended(owner, await upload(owner, update, { autoLoad: 'true' }))).toMatchObject({
      plugin: { state: 'loaded', killed: null, stateReason: null },
    });
    expect(await ask(owner, 'mended:ask')).toMatchObject([{ ok: true }]);
  });
});

describe('on a database', () => {
  const row = (database: Awaited<ReturnType<typeof openTestDatabase>>, organisationId: string, pluginId: string) =>
    withOrganisation(database, organisationId, (tx) => findInstallation(tx, pluginId));
  const entry = {
    kind: 'plugin',
    value: 'gone',
    reason: 'A test',
    from: new Date(0),
    actor: systemActor('test'),
  } as const;

  test('what came onto the list while the server was down never runs again', async () => {
    await using database = await openTestDatabase();
    const organisationId = await makeOrganisation(database);
    {
      await using first = await openPluginsOn(database);
      await installOn(first.plugins, organisationId, { manifest: { id: 'gone' } });
    }
    {
      await using second = await openPluginsOn(database);
      await second.plugins.trust.change((tx) => insertKill(tx, entry));
      expect(await row(database, organisationId, 'gone')).toMatchObject({ state: 'failed' });
      // As if the server had died before it enforced it.
      await withOrganisation(database, organisationId, (tx) =>
        tx.updateTable('plugins').set({ state: 'loaded', killed: null, state_reason: null }).execute(),
      );
    }
    await using third = await openPluginsOn(database);
    expect(third.plugins.host.installations(organisationId)).toEqual([]);
    expect(await row(database, organisationId, 'gone')).toMatchObject({
      state: 'failed',
      killed: 'plugin gone: A test',
    });
    await expect(
      loadPlugin(third.plugins, { organisationId, pluginId: 'gone', actor: systemActor('test') }),
    ).rejects.toThrow('kill list');
  });

  test('what another server puts onto the list ends here too', async () => {
    await using database = await openTestDatabase();
    const organisationId = await makeOrganisation(database);
    await using here = await openPluginsOn(database);
    await using there = await openPluginsOn(database);
    await installOn(here.plugins, organisationId, { manifest: { id: 'gone' } });
    await there.plugins.trust.change((tx) => insertKill(tx, entry));
    // It marked the row; the process is ours to end.
    while (here.plugins.host.installations(organisationId).length > 0) await database.ping();
    expect(here.plugins.trust.kills()).toHaveLength(1);
  });

  test('what cannot be written at the first try has ended all the same, and is written at the next', async () => {
    await using database = await openTestDatabase();
    const organisationId = await makeOrganisation(database);
    await using opened = await openPluginsOn(database);
    const { plugins } = opened;
    await installOn(plugins, organisationId, { manifest: { id: 'gone' } });
    let fails = true;
    plugins.trust.onKills(async () => {
      const { capabilities } = plugins;
      const broken: typeof capabilities = {
        ...capabilities,
        violation() {
          throw new Error('A test: it cannot be written.');
        },
      };
      await enforceKillList(fails ? { ...plugins, capabilities: broken } : plugins);
    });
    await plugins.trust.change((tx) => insertKill(tx, entry));
    expect(plugins.host.installations(organisationId)).toEqual([]);
    expect(await row(database, organisationId, 'gone')).toMatchObject({ killed: null });
    fails = false;
    while ((await row(database, organisationId, 'gone'))?.killed === null);
    expect(await row(database, organisationId, 'gone')).toMatchObject({ state: 'failed' });
  });

  test('what comes onto the list while it is being installed does not stay', async () => {
    await using database = await openTestDatabase();
    const organisationId = await makeOrganisation(database);
    await using opened = await openPluginsOn(database);
    const archive = await packTestPlugin({ manifest: { id: 'gone' } });
    const { trust } = opened.plugins;
    let asked = 0;
    // The entry comes right after the look at the beginning.
    const late: typeof trust = {
      ...trust,
      killedBy: (suspect) => (asked++ === 0 ? null : trust.killedBy(suspect)),
    };
    await trust.change((tx) => insertKill(tx, entry));
    const request = {
      organisationId,
      actor: systemActor('test'),
      archive,
      source: 'upload',
      publisher: 'local',
      autoLoad: true,
    } as const;
    await expect(installPlugin({ ...opened.plugins, trust: late }, request)).rejects.toThrow('kill list');
    expect(opened.plugins.host.installations(organisationId)).toEqual([]);
    expect(await row(database, organisationId, 'gone')).toMatchObject({ state: 'failed', killed: expect.any(String) });
  });
});
