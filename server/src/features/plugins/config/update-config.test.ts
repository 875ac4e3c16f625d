import { afterAll, beforeAll, expect, test } from 'vitest';
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

const configSchema = {
  type: 'object',
  required: ['endpoint', 'token'],
  properties: {
    endpoint: { type: 'string', default: 'https://example.org', maxLength: 100 },
    retries: { type: 'integer', minimum: 0, maximum: 5, default: 2 },
    token: { type: 'string', writeOnly: true, minLength: 4 },
    mail: { type: 'object', properties: { to: { type: 'string' }, password: { type: 'string', writeOnly: true } } },
    '__secret/with~signs': { type: 'string', writeOnly: true },
  },
};
const plugin = (id: string) => ({
  manifest: { id, configSchema },
  exports: `onConfigUpdate(config, ctx) { updated = config; ctx.log.info('updated'); }, ${asking(id, 'return { config: ctx.config, updated }')}`,
  files: {},
});
const put = (id: string, config: unknown) => sendJson(owner, `/api/plugins/${id}/config`, 'PUT', { config });
const get = (id: string) => owner.call(pluginRoutes.getConfig, { params: { id } });

async function installed(id: string) {
  const { exports, ...rest } = plugin(id);
  // A module-level variable: what onConfigUpdate saw is what the next call tells.
  await install(owner, { ...rest, exports: `}; let updated = null; module.exports = { ${exports}` });
}

test('a plugin begins with the defaults of its schema', async () => {
  await installed('defaults');
  expect(await get('defaults')).toEqual({
    config: { endpoint: 'https://example.org', retries: 2 },
    schema: configSchema,
    secretsSet: [],
    updatedAt: null,
  });
  expect(await ask(owner, 'defaults:ask')).toMatchObject([{ result: { config: { retries: 2 }, updated: null } }]);
});

test('secrets are never given back, kept when they are left out, forgotten with null, and only a handle to the plugin', async () => {
  await installed('secrets');
  const secret = 'hunter2-and-more';
  const config = {
    retries: 3,
    token: secret,
    mail: { to: 'a@example.org', password: secret },
    '__secret/with~signs': secret,
  };
  const first = await put('secrets', config);
  expect(first.status).toBe(200);
  const body = await first.text();
  expect(body).not.toContain(secret);
  expect(JSON.parse(body)).toMatchObject({
    config: { endpoint: 'https://example.org', retries: 3, mail: { to: 'a@example.org' } },
    secretsSet: ['/__secret~1with~0signs', '/mail/password', '/token'],
    updatedAt: expect.any(String),
  });
  const answers = JSON.stringify([
    await get('secrets'),
    await ask(owner, 'secrets:ask'),
    await owner.call(pluginRoutes.events, { params: { id: 'secrets' } }),
    await owner.call(pluginRoutes.get, { params: { id: 'secrets' } }),
  ]);
  expect(answers).not.toContain(secret);
  const [{ result } = { result: null }] = await ask(owner, 'secrets:ask');
  expect(result).toMatchObject({
    config: {
      token: expect.stringMatching(/^proofpix-secret-/),
      mail: { password: expect.stringMatching(/^proofpix-secret-/) },
    },
    updated: { retries: 3 },
  });
  // Left out: kept, so that a required one is not missing.
  expect((await put('secrets', { retries: 4, mail: {} })).status).toBe(200);
  expect((await get('secrets')).secretsSet).toEqual(['/__secret~1with~0signs', '/mail/password', '/token']);
  expect((await put('secrets', { mail: { password: null } })).status).toBe(200);
  expect((await get('secrets')).secretsSet).toEqual(['/__secret~1with~0signs', '/token']);
  expect(await problemOf(await put('secrets', { token: null }))).toMatchObject({
    code: 'config_invalid',
    errors: [{ field: '/token' }],
  });
});

test('a configuration that does not fit is refused with every field that is wrong, and nothing changes', async () => {
  await installed('strict');
  const response = await put('strict', { retries: 9, endpoint: 1, token: 'abc', unknown: true });
  const { status, code, errors } = await problemOf(response);
  expect({ status, code }).toEqual({ status: 422, code: 'config_invalid' });
  expect(errors.map(({ field }) => field).sort()).toEqual(['/endpoint', '/retries', '/token', '/unknown']);
  expect(await problemOf(await put('strict', { token: 12 }))).toMatchObject({
    errors: [{ field: '/token' }, { field: '/token' }],
  });
  const nul = await put('strict', { token: 'good', endpoint: 'a\u0000b' });
  expect(await problemOf(nul)).toMatchObject({ code: 'config_invalid', errors: [{ field: '/endpoint' }] });
  expect(await get('strict')).toMatchObject({ config: { retries: 2 }, secretsSet: [] });
});

test('a plugin without a schema takes no configuration', async () => {
  await install(owner, { manifest: { id: 'schemaless' } });
  expect(await get('schemaless')).toEqual({ config: {}, schema: null, secretsSet: [], updatedAt: null });
  expect(await problemOf(await put('schemaless', { any: 1 }))).toMatchObject({
    code: 'config_invalid',
    errors: [{ field: '/any' }],
  });
  expect((await put('schemaless', {})).status).toBe(200);
});

test('a value that a newer version calls a secret is no longer given back', async () => {
  const of = (version: string, writeOnly: boolean) => ({
    manifest: {
      id: 'becomes-secret',
      version,
      configSchema: { type: 'object', properties: { key: { type: 'string', writeOnly } } },
    },
  });
  await install(owner, of('1.0.0', false));
  await put('becomes-secret', { key: 'was-plain' });
  expect(await get('becomes-secret')).toMatchObject({ config: { key: 'was-plain' } });
  await install(owner, of('2.0.0', true), {});
  expect(await get('becomes-secret')).toMatchObject({ config: {}, secretsSet: ['/key'] });
});

test('a configuration that a newer version no longer allows is not handed to it', async () => {
  const of = (version: string, maximum: number) => ({
    manifest: {
      id: 'narrows',
      version,
      configSchema: { type: 'object', properties: { size: { type: 'integer', maximum, default: 1 } } },
    },
    exports: asking('narrows', 'return ctx.config'),
  });
  await install(owner, of('1.0.0', 100));
  await put('narrows', { size: 50 });
  await install(owner, of('2.0.0', 10), {});
  expect(await ask(owner, 'narrows:ask')).toMatchObject([{ result: { size: 1 } }]);
});
