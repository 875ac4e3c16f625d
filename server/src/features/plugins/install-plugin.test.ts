import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pluginRoutes } from '@proofpix/contract/api/plugins';
import { asSystem } from '../../db/tenancy.ts';
import { startServer, type TestMember, type TestServer } from '../../../test/start-server.ts';
import {
  ask,
  asking,
  ended,
  install,
  packTestPlugin,
  problemOf,
  sampleManifest,
  sendJson,
  upload,
} from './test/test-plugins.ts';

let server: TestServer;
let owner: TestMember;

beforeAll(async () => {
  server = await startServer();
  owner = (await server.createOrganisation({ plan: 'enterprise' })).owner;
});
afterAll(() => server?.stop());

const plugins = (member: TestMember) => member.call(pluginRoutes.list, { query: { limit: 100 } });

async function objectsOf(member: TestMember): Promise<string[]> {
  return readdir(join(server.dataDir, 'objects', 'org', member.organisationId)).catch(() => []);
}

async function leftBehind(member: TestMember) {
  return { plugins: (await plugins(member)).total, objects: await objectsOf(member) };
}
const nothing = { plugins: 0, objects: [] };

describe('what installs', () => {
  test('the sample manifest of the design installs, loads, and its hooks can be called', async () => {
    const { owner: member } = await server.createOrganisation({ plan: 'enterprise' });
    const exports = `hooks: {
      'file:process': async () => ({ metadata: { Make: 'Test' } }),
      'data:analyze': async () => ({ findings: [] }),
      'export:generate': async ({ format }, ctx) => ({ format }),
    }`;
    const plugin = await install(member, { manifest: { ...sampleManifest, customHooks: undefined }, exports });
    expect(plugin).toMatchObject({
      id: 'unique-plugin-id',
      state: 'loaded',
      source: 'upload',
      publisher: 'local',
      author: 'Author Name',
    });
    expect(plugin.permissions.every(({ decision }) => decision === 'granted')).toBe(true);
    expect(plugin.warnings).toEqual([expect.stringContaining('no hosts')]);
    const [result] = await ask(member, 'export:generate', { report: {}, format: 'pdf' });
    expect(result).toMatchObject({ plugin: 'unique-plugin-id', ok: true, result: { format: 'pdf' } });
  });

  test('an install answers 201 with the plugin, the same package again 200 and changes nothing, whatever packed it', async () => {
    const manifest = { id: 'same-again', permissions: ['storage'] };
    const first = await upload(owner, await packTestPlugin({ manifest }));
    expect(first.status).toBe(201);
    const before = await owner.call(pluginRoutes.get, { params: { id: 'same-again' } });
    expect(before).toMatchObject({
      state: 'unloaded',
      permissions: [{ permission: 'storage', decision: 'pending' }],
      readme: expect.stringContaining('# Test plugin'),
    });
    const again = await upload(owner, await packTestPlugin({ manifest }), { autoLoad: 'true' });
    expect(again.status).toBe(200);
    expect(await owner.call(pluginRoutes.get, { params: { id: 'same-again' } })).toEqual(before);
    const events = await owner.call(pluginRoutes.events, { params: { id: 'same-again' } });
    expect(events.items.map(({ type }) => type)).toEqual(['plugin:installed']);
    expect(events.items[0]?.actor).toBe(owner.userId);
  });

  test('the same package with other grants decides them anew, on the trail and at the very next call', async () => {
    const { owner: member } = await server.createOrganisation({ plan: 'enterprise' });
    const tries = (name: string) => `await ctx.${name}.set('a', 1)`;
    const plugin = {
      manifest: { id: 'decided-again', permissions: ['storage', 'crypto'] },
      exports: asking(
        'decided-again',
        `try { ${tries('storage')}; return 'stored'; } catch (error) { return error.code; }`,
      ),
    };
    const decisions = async () =>
      (await member.call(pluginRoutes.get, { params: { id: 'decided-again' } })).permissions.map(
        ({ permission, decision }) => `${permission} ${decision}`,
      );
    const said = async () => (await ask(member, 'decided-again:ask'))[0]?.result;
    await install(member, plugin);
    expect(await said()).toBe('stored');
    const archive = await packTestPlugin(plugin);
    // The very bytes, and the same files packed anew: both ways end alike.
    const refusing = await upload(member, archive, { refused: 'storage' });
    expect([refusing.status, (await refusing.json()) as object]).toMatchObject([200, { id: 'decided-again' }]);
    expect(await decisions()).toEqual(['crypto granted', 'storage refused']);
    expect(await said()).toBe('permission_denied');
    const packedAnew = await packTestPlugin({ ...plugin, files: {} });
    expect((await upload(member, packedAnew, { grants: 'requested' })).status).toBe(200);
    expect(await decisions()).toEqual(['crypto granted', 'storage granted']);
    expect(await said()).toBe('stored');
    // The same once more is no decision.
    await upload(member, archive, { grants: 'requested' });
    const wrong = await problemOf(await upload(member, archive, { grants: 'http' }));
    expect(wrong).toMatchObject({ code: 'grant_not_requested' });
    const acts = await asSystem(server.db, 'sign-in', (tx) =>
      tx
        .selectFrom('audit_acts')
        .select(['before', 'after'])
        .where('organisation_id', '=', member.organisationId)
        .where('act', '=', 'plugin.decide-permissions')
        .orderBy('created_at')
        .orderBy('id')
        .execute(),
    );
    expect(acts).toMatchObject([
      { before: { storage: 'granted' }, after: { storage: 'refused', crypto: 'granted' } },
      { before: { storage: 'refused' }, after: { storage: 'granted', crypto: 'granted' } },
    ]);
  });

  test('ten installs of one plugin at the same moment install it once, and all of them get it', async () => {
    const { owner: member } = await server.createOrganisation({ plan: 'enterprise' });
    const archive = await packTestPlugin({ manifest: { id: 'wanted-by-all' } });
    const responses = await Promise.all(
      Array.from({ length: 10 }, () => upload(member, archive, { autoLoad: 'true' })),
    );
    // A slow machine answers some with 202; none may be told that it was installed twice.
    expect(responses.filter(({ status }) => status === 201).length).toBeLessThanOrEqual(1);
    for (const response of responses) {
      expect(await ended(member, response)).toMatchObject({ plugin: { id: 'wanted-by-all', state: 'loaded' } });
    }
    const events = await member.call(pluginRoutes.events, { params: { id: 'wanted-by-all' } });
    expect(events.items.map(({ type }) => type)).toEqual(['plugin:loaded', 'plugin:installed']);
    expect(await leftBehind(member)).toMatchObject({ plugins: 1, objects: [expect.any(String)] });
    expect(await ask(member, 'wanted-by-all:ask')).toMatchObject([{ ok: true, result: { answer: 42 } }]);
  });

  test('what a plugin stores while it initializes is there after the install', async () => {
    const exports = `async initialize(ctx) { await ctx.storage.set('began', [1, 2]); await ctx.storage.set('gone', 1); await ctx.storage.delete('gone'); },
      ${asking('stores-early', 'return { began: await ctx.storage.get("began"), keys: await ctx.storage.list() }')}`;
    await install(owner, { manifest: { id: 'stores-early', permissions: ['storage'] }, exports });
    expect(await ask(owner, 'stores-early:ask')).toMatchObject([
      { ok: true, result: { began: [1, 2], keys: ['began'] } },
    ]);
  });
});

describe('updates', () => {
  test('a changed package under the same version is refused, unless for development, which is marked', async () => {
    const manifest = { id: 'changing' };
    await install(owner, { manifest });
    const changed = { manifest, exports: asking('changing', 'return { answer: 43 }') };
    expect(await problemOf(await upload(owner, await packTestPlugin(changed)))).toMatchObject({
      status: 409,
      code: 'version_changed',
    });
    expect(await ask(owner, 'changing:ask')).toMatchObject([{ result: { answer: 42 } }]);
    const plugin = await install(owner, changed, { development: 'true' });
    expect(plugin).toMatchObject({ development: true, state: 'loaded' });
    expect(await ask(owner, 'changing:ask')).toMatchObject([{ result: { answer: 43 } }]);
  });

  test('a newer version takes the place of the old one with its grants, configuration, priorities and storage', async () => {
    const configSchema = { type: 'object', properties: { color: { type: 'string', default: 'red' } } };
    const of = (version: string) => ({
      manifest: { id: 'grows', version, permissions: ['storage'], configSchema },
      exports: asking(
        'grows',
        `if (input.keep) await ctx.storage.set('kept', input.keep);
        return { version: '${version}', kept: await ctx.storage.get('kept'), config: ctx.config }`,
      ),
    });
    await install(owner, of('1.0.0'));
    await ask(owner, 'grows:ask', { keep: 'this' });
    await owner.call(pluginRoutes.putConfig, { params: { id: 'grows' }, body: { config: { color: 'blue' } } });
    await owner.call(pluginRoutes.putHooks, {
      params: { id: 'grows' },
      body: { hooks: [{ hook: 'grows:ask', priority: 7 }] },
    });
    const before = await objectsOf(owner);
    const updated = await install(owner, of('1.1.0'), {});
    expect(updated).toMatchObject({ version: '1.1.0', state: 'loaded', hooks: [{ hook: 'grows:ask', priority: 7 }] });
    expect(await ask(owner, 'grows:ask')).toMatchObject([
      { ok: true, result: { version: '1.1.0', kept: 'this', config: { color: 'blue' } } },
    ]);
    // The package of the old version stays: it is what a rollback brings back.
    expect(await objectsOf(owner)).toHaveLength(before.length + 1);
  });

  test('an update that asks for more than was decided waits for consent while the old version goes on', async () => {
    const of = (version: string, permissions: string[], hosts?: string[]) => ({
      manifest: { id: 'asks-more', version, permissions, ...(hosts ? { hosts } : {}) },
      exports: asking('asks-more', `return { version: '${version}' }`),
    });
    await install(owner, of('1.0.0', ['http'], ['a.example']));
    const more = await upload(owner, await packTestPlugin(of('1.1.0', ['http', 'files'], ['a.example'])));
    expect(await problemOf(more)).toMatchObject({
      status: 409,
      code: 'grants_missing',
      errors: [{ field: '/permissions/files' }],
    });
    // The same permission towards another host is more reach, too.
    const farther = await upload(owner, await packTestPlugin(of('1.1.0', ['http'], ['a.example', 'evil.example'])));
    expect(await problemOf(farther)).toMatchObject({
      code: 'grants_missing',
      errors: [{ field: '/permissions/http' }],
    });
    expect(await ask(owner, 'asks-more:ask')).toMatchObject([{ result: { version: '1.0.0' } }]);
    await install(owner, of('1.1.0', ['http', 'files'], ['a.example']), { grants: 'files' });
    expect(await ask(owner, 'asks-more:ask')).toMatchObject([{ result: { version: '1.1.0' } }]);
  });

  test('an update whose code fails leaves the old version running', async () => {
    const manifest = { id: 'breaks-later' };
    await install(owner, { manifest });
    const before = await objectsOf(owner);
    const broken = {
      manifest: { ...manifest, version: '2.0.0' },
      exports: `${asking('breaks-later', 'return {}')}, initialize() { throw new Error('no') }`,
    };
    const refused = await upload(owner, await packTestPlugin(broken));
    expect(await ended(owner, refused)).toMatchObject({ code: 'plugin_load_failed' });
    expect(await owner.call(pluginRoutes.get, { params: { id: 'breaks-later' } })).toMatchObject({
      version: '1.0.0',
      state: 'loaded',
    });
    expect(await ask(owner, 'breaks-later:ask')).toMatchObject([{ ok: true, version: '1.0.0' }]);
    expect(await objectsOf(owner)).toEqual(before);
  });
});

describe('what is refused leaves nothing', () => {
  let member: TestMember;
  beforeAll(async () => {
    member = (await server.createOrganisation({ plan: 'enterprise' })).owner;
  });

  test('a path that leads out of the package', async () => {
    const archive = tarGz({ '../manifest.json': JSON.stringify(sampleManifest), 'index.js': 'module.exports = {}' });
    expect(await problemOf(await upload(member, archive))).toMatchObject({ status: 422, code: 'package_refused' });
    expect(await leftBehind(member)).toEqual(nothing);
  });

  test('a package over 50 MB', async () => {
    const response = await upload(member, new Uint8Array(51 * 1024 * 1024));
    expect(await problemOf(response)).toMatchObject({ status: 413, code: 'package_too_large' });
    expect(await leftBehind(member)).toEqual(nothing);
  });

  test('a file that is no archive, and a form without one', async () => {
    const text = await upload(member, Buffer.from('just text'));
    expect(await problemOf(text)).toMatchObject({ status: 422, code: 'package_not_archive' });
    const form = new FormData();
    form.set('grants', 'requested');
    const without = await member.fetch('/api/plugins/install', { method: 'POST', body: form });
    expect(await problemOf(without)).toMatchObject({ status: 400, code: 'file_missing' });
    expect(await leftBehind(member)).toEqual(nothing);
  });

  test('a manifest that is wrong, naming every field', async () => {
    const manifest = { id: 'X', name: 'no', version: 'one', permissions: ['root'], extra: true };
    const { status, code, errors } = await problemOf(await upload(member, await packTestPlugin({ manifest })));
    expect({ status, code }).toEqual({ status: 422, code: 'manifest_invalid' });
    const fields = errors.map(({ field }) => field);
    expect(fields).toEqual(expect.arrayContaining(['/id', '/name', '/version', '/permissions/0', '/extra']));
    const unstorable = await packTestPlugin({ manifest: { description: 'A text with \u0000 inside it' } });
    expect(await problemOf(await upload(member, unstorable))).toMatchObject({ code: 'manifest_invalid' });
    const secretInList = {
      type: 'object',
      properties: { list: { type: 'array', items: { type: 'string', writeOnly: true } } },
    };
    const leaking = await packTestPlugin({ manifest: { configSchema: secretInList } });
    expect(await problemOf(await upload(member, leaking))).toMatchObject({ code: 'manifest_invalid' });
    expect(await leftBehind(member)).toEqual(nothing);
  });

  test('a plugin whose code fails while it is loaded', async () => {
    const hook = asking('does-not-load', 'return {}');
    for (const exports of [
      `${hook}, initialize() { throw new Error('broken') }`,
      `${hook}, initialize() { while (true); }`,
      `hooks: {}`,
      `}; throw new Error('early'); ({`,
    ]) {
      const plugin = { manifest: { id: 'does-not-load', permissions: ['storage'], limits: { timeout: 200 } }, exports };
      const response = await upload(member, await packTestPlugin(plugin), { grants: 'requested', autoLoad: 'true' });
      expect(await ended(member, response)).toMatchObject({ code: 'plugin_load_failed' });
      expect(await leftBehind(member)).toEqual(nothing);
    }
  });

  test('a plugin that is to be loaded without the grants it asks for, and grants that it does not ask for', async () => {
    const archive = await packTestPlugin({ manifest: { id: 'ungranted', permissions: ['files', 'storage'] } });
    const missing = await upload(member, archive, { grants: '["files"]', autoLoad: 'true' });
    expect(await problemOf(missing)).toMatchObject({
      status: 409,
      code: 'grants_missing',
      errors: [{ field: '/permissions/storage' }],
    });
    const tooMany = await upload(member, archive, { grants: 'files,oauth' });
    expect(await problemOf(tooMany)).toMatchObject({ status: 422, code: 'grant_not_requested' });
    const unknown = await upload(member, archive, { grants: 'root' });
    expect(await problemOf(unknown)).toMatchObject({
      status: 400,
      code: 'invalid_request',
      errors: [{ field: 'grants' }],
    });
    expect(await leftBehind(member)).toEqual(nothing);
  });

  test('a release that the marketplace does not have', async () => {
    const release = { publisher: 'proofpix', pluginId: 'not-there' };
    const response = await sendJson(member, '/api/plugins/install', 'POST', release);
    expect(await problemOf(response)).toMatchObject({ status: 404, code: 'release_not_found' });
  });
});

test('an install that takes longer than two seconds goes on as a job of the organisation', async () => {
  const exports = `${asking('slow-start', 'return {}')}, async initialize() { await new Promise((resolve) => setTimeout(resolve, 3000)) }`;
  const archive = await packTestPlugin({ manifest: { id: 'slow-start' }, exports });
  const response = await upload(owner, archive, { autoLoad: 'true' });
  expect(response.status).toBe(202);
  const location = response.headers.get('location') ?? '';
  expect(location).toMatch(/^\/api\/jobs\/[0-9a-f-]{36}$/);
  const { owner: stranger } = await server.createOrganisation({ plan: 'enterprise' });
  expect(await problemOf(await stranger.fetch(location))).toMatchObject({ status: 404, code: 'job_not_found' });
  expect(await ended(owner, response)).toMatchObject({ plugin: { id: 'slow-start', state: 'loaded' } });
});

/** A TAR.GZ as an attacker writes it: our own writer refuses such paths. */
function tarGz(files: Record<string, string>): Uint8Array {
  const blocks = Object.entries(files).flatMap(([path, text]) => {
    const header = Buffer.alloc(512);
    header.write(path, 0);
    header.write('0000644\0', 100);
    header.write(`${text.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('        0ustar\x0000', 148);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    const content = Buffer.alloc(Math.ceil(text.length / 512) * 512);
    content.write(text);
    return [header, content];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}
