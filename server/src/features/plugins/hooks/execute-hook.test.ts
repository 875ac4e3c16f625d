import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hookRoutes } from '@proofpix/contract/api/hooks';
import { pluginRoutes } from '@proofpix/contract/api/plugins';
import { startServer, type TestMember, type TestServer } from '../../../../test/start-server.ts';
import { ask, asking, install, problemOf, sendJson } from '../test/test-plugins.ts';

let server: TestServer;
let owner: TestMember;

beforeAll(async () => {
  server = await startServer();
  owner = server.owner;
});
afterAll(() => server?.stop());

/** The smallest file that is told to be a PNG. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

function photoForm(fields: Record<string, string> = {}, photo: Uint8Array = png): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('file', new Blob([Buffer.from(photo)]), 'photo.png');
  return form;
}

test('a photo that comes with the request is read by the plugins and gone afterwards', async () => {
  const manifest = {
    id: 'photo-reader',
    permissions: ['files', 'crypto'],
    hooks: ['file:process'],
    customHooks: undefined,
  };
  const exports = `hooks: { 'file:process': async ({ file, options }, ctx) => {
    const bytes = await ctx.files.read(0, 4);
    await ctx.files.write('copy.bin', bytes);
    return { metadata: { first: [...bytes], size: file.size, type: file.type, note: options.note, hash: await ctx.crypto.digest('sha256') === file.sha256 } };
  } }`;
  await install(owner, { manifest, exports });
  const stored = () => readdir(join(server.dataDir, 'objects', 'org'));
  const before = await stored();
  const body = photoForm({ options: '{"note":"here"}', plugins: 'photo-reader' });
  const response = await owner.fetch('/api/plugins/hooks/file:process', { method: 'POST', body });
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({
    results: [
      {
        plugin: 'photo-reader',
        ok: true,
        result: { metadata: { first: [0x89, 0x50, 0x4e, 0x47], size: png.length, type: 'image/png', note: 'here' } },
        files: [{ name: 'copy.bin', size: 4 }],
      },
    ],
  });
  expect(await stored()).toEqual(before);
});

test('a photo by its id is found in the organisation and nowhere else', async () => {
  const body = { fileId: '00000000-0000-4000-8000-000000000000' };
  const response = await sendJson(owner, '/api/plugins/hooks/file:process', 'POST', body);
  expect(await problemOf(response)).toMatchObject({ status: 404, code: 'file_not_found' });
});

test('what is no photo, a wrong field, or a hook without its photo is refused, and nothing stays', async () => {
  const before = await readdir(join(server.dataDir, 'objects', 'org'));
  const send = (form: FormData) => owner.fetch('/api/plugins/hooks/file:process', { method: 'POST', body: form });
  expect(await problemOf(await send(photoForm({}, Buffer.from('text'))))).toMatchObject({
    status: 415,
    code: 'photo_type_unknown',
  });
  expect(await problemOf(await send(photoForm({ data: '[1]' })))).toMatchObject({
    status: 400,
    errors: [{ field: 'data' }],
  });
  expect(await problemOf(await send(photoForm({ unknown: 'x' })))).toMatchObject({
    status: 400,
    code: 'invalid_request',
  });
  const without = await sendJson(owner, '/api/plugins/hooks/data:analyze', 'POST', { data: {} });
  expect(await problemOf(without)).toMatchObject({ status: 422, code: 'hook_input_invalid' });
  expect(await readdir(join(server.dataDir, 'objects', 'org'))).toEqual(before);
});

test('a plugin that loops for ever is stopped at its deadline, and others answer meanwhile and afterwards', async () => {
  const limits = { timeout: 1_000 };
  await install(owner, {
    manifest: { id: 'loops', limits },
    exports: asking('loops', 'if (input.loop) while (true); return {}'),
  });
  await install(owner, { manifest: { id: 'bystander' } });
  const looping = ask(owner, 'loops:ask', { loop: true });
  expect(await ask(owner, 'bystander:ask')).toMatchObject([{ ok: true, result: { answer: 42 } }]);
  expect((await owner.fetch('/api/plugins')).status).toBe(200);
  expect(await looping).toMatchObject([{ plugin: 'loops', ok: false, error: { code: 'plugin_timeout' } }]);
  expect(await ask(owner, 'loops:ask')).toMatchObject([{ ok: true }]);
  const { items } = await owner.call(pluginRoutes.events, { params: { id: 'loops' } });
  expect(items.map(({ type }) => type)).toContain('plugin:died');
  expect(await owner.call(pluginRoutes.metrics, { params: { id: 'loops' } })).toMatchObject({
    calls: 2,
    errors: 1,
    deaths: 1,
  });
});

test('plugins answer in the order of their priority, and an admin changes it', async () => {
  const declared = { 'order-a:ask': {} };
  await install(owner, { manifest: { id: 'order-a', customHooks: declared }, exports: asking('order-a', 'return {}') });
  const second = {
    manifest: { id: 'order-b', hooks: [{ name: 'order-a:ask', priority: 50 }], customHooks: undefined },
    exports: asking('order-a', 'return {}'),
  };
  await install(owner, second);
  const order = async () => (await ask(owner, 'order-a:ask')).map(({ plugin }) => plugin);
  expect(await order()).toEqual(['order-b', 'order-a']);
  await owner.call(pluginRoutes.putHooks, {
    params: { id: 'order-b' },
    body: { hooks: [{ hook: 'order-a:ask', priority: 200 }] },
  });
  expect(await order()).toEqual(['order-a', 'order-b']);
  const { items } = await owner.call(hookRoutes.list);
  expect(items.find(({ name }) => name === 'order-a:ask')).toMatchObject({
    custom: true,
    implementers: [
      { plugin: 'order-a', priority: 100 },
      { plugin: 'order-b', priority: 200 },
    ],
  });
  expect(items.find(({ name }) => name === 'file:process')).toMatchObject({ custom: false, permission: 'files' });
  expect(await ask(owner, 'order-a:ask', {}, { plugins: ['order-b'] })).toMatchObject([{ plugin: 'order-b' }]);
  const unknown = await sendJson(owner, '/api/plugins/order-b/hooks', 'PUT', {
    hooks: [{ hook: 'file:process', priority: 1 }],
  });
  expect(await problemOf(unknown)).toMatchObject({ status: 404, code: 'hook_unknown' });
});

test('data is checked against the schema that the owner of a custom hook declared', async () => {
  const input = { type: 'object', required: ['count'], properties: { count: { type: 'integer', minimum: 1 } } };
  const output = { type: 'object', properties: { doubled: { type: 'integer' } } };
  const exports = asking('typed-hook', 'return input.count === 13 ? { wrong: true } : { doubled: input.count * 2 }');
  await install(owner, {
    manifest: { id: 'typed-hook', customHooks: { 'typed-hook:ask': { input, output } } },
    exports,
  });
  const send = (data: object) => sendJson(owner, '/api/plugins/hooks/typed-hook:ask', 'POST', { data });
  expect(await problemOf(await send({ count: 0, more: 1 }))).toMatchObject({ status: 422, code: 'hook_input_invalid' });
  expect(await ask(owner, 'typed-hook:ask', { count: 4 })).toMatchObject([{ ok: true, result: { doubled: 8 } }]);
  expect(await ask(owner, 'typed-hook:ask', { count: 13 })).toMatchObject([
    { ok: false, error: { code: 'plugin_result_invalid' } },
  ]);
});

test('a hook that nobody declared, a plugin that is not there and one that is not loaded are told apart', async () => {
  await install(owner, { manifest: { id: 'asleep' } }, {});
  const send = async (hook: string, body: object = {}) =>
    problemOf(await sendJson(owner, `/api/plugins/hooks/${hook}`, 'POST', body));
  expect(await send('file:unknown')).toMatchObject({ status: 404, code: 'hook_unknown' });
  expect(await send('bystander:other')).toMatchObject({ status: 404, code: 'hook_unknown' });
  expect(await send('asleep:ask')).toMatchObject({ status: 409, code: 'plugin_not_loaded' });
  expect(await send('security:event', { plugins: ['not-there'] })).toMatchObject({
    status: 404,
    code: 'plugin_not_found',
  });
  expect(await send('security:event', { plugins: ['asleep'] })).toMatchObject({
    status: 409,
    code: 'plugin_not_loaded',
  });
});

test('who may run hooks but not decide about plugins cannot make up what the server says happened', async () => {
  const manifest = {
    id: 'believes',
    permissions: ['webhooks', 'oauth', 'security', 'analytics'],
    customHooks: undefined,
  };
  const events = ['webhook:received', 'oauth:authorized', 'security:event', 'analytics:generated'];
  const hooks = events.map((hook) => `'${hook}': async ({ event }) => { throw new Error('paid ' + event.amount); }`);
  await install(owner, { manifest: { ...manifest, hooks: events }, exports: `hooks: { ${hooks.join(', ')} }` });
  const [analyst, developer] = [await server.signIn('analyst'), await server.signIn('developer')];
  for (const hook of events) {
    const body = { data: { event: { amount: 100 } }, plugins: ['believes'] };
    const refused = await sendJson(analyst, `/api/plugins/hooks/${hook}`, 'POST', body);
    expect(await problemOf(refused), hook).toMatchObject({ status: 403, code: 'access_denied' });
    const form = photoForm({ data: '{"event":{"amount":100}}', plugins: 'believes' });
    const inForm = await analyst.fetch(`/api/plugins/hooks/${hook}`, { method: 'POST', body: form });
    expect(await problemOf(inForm), hook).toMatchObject({ status: 403, code: 'access_denied' });
    // Whoever installs plugins may try them.
    expect(await ask(developer, hook, { event: { amount: 1 } }, { plugins: ['believes'] }), hook).toMatchObject([
      { ok: false, error: { message: expect.stringContaining('paid 1') } },
    ]);
  }
  expect(await ask(analyst, 'bystander:ask')).toMatchObject([{ ok: true }]);
});

test('plugins that listen for security events hear what others did, and never of each other', async () => {
  const manifest = {
    id: 'watchman',
    permissions: ['security'],
    hooks: ['security:event', 'watchman:ask'],
    customHooks: { 'watchman:ask': {} },
  };
  const exports = `}; const heard = []; let tell; const once = new Promise((resolve) => { tell = resolve; });
    module.exports = { hooks: {
      'security:event': async ({ event }) => { heard.push(event); tell(); return null; },
      'watchman:ask': async () => { await once; return heard; },
    }`;
  await install(owner, { manifest, exports });
  const thief = asking('thief', `await ctx.storage.get('a')`);
  await install(owner, { manifest: { id: 'thief', permissions: ['storage'] }, exports: thief });
  await sendJson(owner, '/api/plugins/thief/grants', 'PUT', { grants: [], refused: ['storage'] });
  await ask(owner, 'thief:ask');
  expect(await ask(owner, 'watchman:ask')).toMatchObject([
    { ok: true, result: [{ type: 'permission_denied', plugin: 'thief' }] },
  ]);
});
