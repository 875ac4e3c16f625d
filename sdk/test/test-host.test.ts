import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Problem } from '@proofpix/contract/errors';
import { samplePhoto } from '../src/sample-photo.ts';
import { openTestHost } from '../src/test-host.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'proofpix-test-host-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const usual = {
  id: 'tested-plugin',
  name: 'Tested plugin',
  version: '1.0.0',
  description: 'A plugin that a test wrote.',
  author: 'A test',
  type: 'processor',
  category: 'file-processing',
  permissions: ['files'],
  hooks: ['file:process'],
};

/** A folder of sources, as an author has it. */
async function plugin(code: string, manifest: object = {}, files: Record<string, string> = {}): Promise<string> {
  const all = { 'manifest.json': JSON.stringify({ ...usual, ...manifest }), 'src/index.ts': code, ...files };
  for (const [path, text] of Object.entries(all)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

const problemOf = (work: Promise<unknown>): Promise<Problem> =>
  work.then(
    () => Promise.reject(new Error('It did not fail.')),
    (error: Problem) => error,
  );

test('a folder of TypeScript sources is packed, installed and called in a real sandbox', async () => {
  await using host = await openTestHost();
  const source = await plugin(
    `import { first } from './first.ts';
    export default { hooks: { 'file:process': async (input: { file: { name: string } }, ctx: any) => {
      ctx.log.info('reading', input.file.name);
      await ctx.files.write('head.bin', await ctx.files.read(0, 2));
      return { metadata: { first: await first(ctx), hasProcess: typeof process } };
    } } };`,
    {},
    { 'src/first.ts': 'export const first = async (ctx: any): Promise<number> => (await ctx.files.read(0, 1))[0];' },
  );
  const installed = await host.install(source);
  expect(installed.digest).toMatch(/^[0-9a-f]{64}$/);
  const result = await installed.call('file:process', { photo: { name: 'a.jpg', bytes: samplePhoto() } });
  expect(result.value()).toEqual({ metadata: { first: 0xff, hasProcess: 'undefined' } });
  expect(result).toMatchObject({
    plugin: 'tested-plugin',
    ok: true,
    logs: [{ level: 'info', message: 'reading a.jpg' }],
  });
  expect(result.files).toMatchObject([{ name: 'head.bin', size: 2, bytes: new Uint8Array([0xff, 0xd8]) }]);
  expect(result.usage).toMatchObject({ bytesRead: 3, bytesWritten: 2 });
  if (process.platform === 'linux') expect(result.memoryBytes).toBeGreaterThan(0);
});

test('what a plugin throws is told with its code, its place in the sources and its log', async () => {
  await using host = await openTestHost();
  const source = await plugin(`export default { hooks: { 'file:process': (_input: unknown, ctx: any) => {
    ctx.log.warn('about to fail');
    throw new Error('the lens is broken');
  } } };`);
  const installed = await host.install(source);
  const result = await installed.call('file:process', { photo: samplePhoto() });
  expect(result).toMatchObject({ ok: false, error: { code: 'plugin_error' } });
  expect(() => result.value()).toThrow(
    /tested-plugin failed: plugin_error: the lens is broken[^]*src\/index\.ts:3[^]*warn: about to fail/,
  );
});

test('grants are asked at every host call, and what is refused is a violation', async () => {
  await using host = await openTestHost();
  const source = await plugin(
    `export default { hooks: { 'file:process': async (_input: unknown, ctx: any) => {
      await ctx.storage.set('seen', true);
    } } };`,
    { permissions: ['files', 'storage'] },
  );
  const installed = await host.install(source);
  const call = () => installed.call('file:process', { photo: samplePhoto() });
  expect(await call()).toMatchObject({ ok: true });
  expect(installed.stored).toEqual({ seen: true });
  installed.withdraw('storage');
  expect(await call()).toMatchObject({ ok: false, error: { code: 'permission_denied' } });
  expect(installed.violations).toMatchObject([{ type: 'permission_denied', evidence: { permission: 'storage' } }]);
  expect(() => installed.grant('http')).toThrow('Not asked for: http.');
});

test('requests are answered by the test, with secrets filled in, and only those to hosts that the manifest names', async () => {
  await using host = await openTestHost({
    http: (request) => Response.json({ asked: request.url, as: request.headers.get('authorization') }, { status: 201 }),
    addresses: { 'inside.example.org': '10.0.0.1' },
  });
  const source = await plugin(
    `export default { hooks: { 'file:process': async ({ options }: any, ctx: any) => {
      const headers = { authorization: 'Bearer ' + ctx.config.token };
      const answer = await ctx.http.post(options.url, { note: 'hi' }, { headers });
      return { metadata: { status: answer.status, body: answer.json(), token: ctx.config.token } };
    } } };`,
    {
      permissions: ['files', 'http'],
      hosts: ['*.example.org'],
      configSchema: { type: 'object', properties: { token: { type: 'string', writeOnly: true } } },
    },
  );
  const installed = await host.install(source, { config: { token: 'top-secret' } });
  const ask = (url: string) => installed.call('file:process', { photo: samplePhoto(), options: { url } });
  const handle = expect.stringMatching(/^proofpix-secret-[0-9a-f]{32}$/);
  expect((await ask('https://api.example.org/notes?a=1')).value()).toEqual({
    metadata: {
      status: 201,
      // The plugin never sees the text, not even where the other server repeats it.
      body: { asked: 'https://api.example.org/notes?a=1', as: expect.stringMatching(/^Bearer proofpix-secret-/) },
      token: handle,
    },
  });
  expect(host.requests).toMatchObject([{ method: 'POST', headers: { authorization: 'Bearer top-secret' } }]);
  expect(Buffer.from(host.requests[0]?.body ?? []).toString()).toBe('{"note":"hi"}');
  expect(await ask('https://elsewhere.example.net/')).toMatchObject({
    error: { message: expect.stringMatching(/manifest/) },
  });
  expect(await ask('https://inside.example.org/')).toMatchObject({ ok: false });
  expect(installed.violations.map(({ type }) => type)).toEqual(['secret_misdirected', 'secret_misdirected']);
  expect(host.requests).toHaveLength(1);
  expect(installed.config).toEqual({});
});

test('stored values end with their time, survive a new version and are gone after uninstalling', async () => {
  await using host = await openTestHost();
  const code = `export default { hooks: { 'file:process': async (_input: unknown, ctx: any) => {
    await ctx.storage.set('short', 1, { ttlSeconds: 60 });
    await ctx.storage.set('long', 2);
  } } };`;
  const installed = await host.install(await plugin(code, { permissions: ['files', 'storage'] }));
  await installed.call('file:process', { photo: samplePhoto() });
  expect(installed.stored).toEqual({ short: 1, long: 2 });
  host.passTime(61);
  expect(installed.stored).toEqual({ long: 2 });
  const next = await host.install(await plugin(code, { permissions: ['files', 'storage'], version: '1.1.0' }));
  expect(next.stored).toEqual({ long: 2 });
  expect(await next.call('file:process', { photo: samplePhoto() })).toMatchObject({ version: '1.1.0', ok: true });
  await next.uninstall();
  expect((await host.install(folder)).stored).toEqual({});
});

test('a photo goes through a run and an export as on a server', async () => {
  await using host = await openTestHost();
  const source = await plugin(
    `export default { hooks: {
      'file:process': async (_input: unknown, ctx: any) => {
        await ctx.files.write('note.txt', 'of the photo');
        return { metadata: { Make: 'Nikon' }, findings: [{ severity: 'note', confidence: 1, title: 'Seen', explanation: '' }] };
      },
      'export:generate': async ({ report, format }: any, ctx: any) => {
        const note = new TextDecoder().decode(await ctx.files.read(0, 100, { sha256: report.files[0].sha256 }));
        await ctx.files.write('report.txt', format + ' ' + report.metadata.Make + ' ' + note);
      },
    } };`,
    { hooks: ['file:process', 'export:generate'], exportFormats: [{ format: 'text', name: 'Text' }] },
  );
  await host.install(source);
  const run = await host.run({ name: 'dropped.jpg', bytes: samplePhoto() });
  expect(run).toMatchObject({
    state: 'done',
    file: { name: 'dropped.jpg', type: 'image/jpeg' },
    metadata: { Make: 'Nikon' },
    findingCounts: { note: 1 },
    files: [{ name: 'note.txt' }],
  });
  const [exported] = await host.export(run, 'text');
  expect(Buffer.from(exported?.files[0]?.bytes ?? []).toString()).toBe('text Nikon of the photo');
  expect(await host.export(run, 'pdf')).toEqual([]);
});

test('webhooks, accounts, counts and reports are those that the test gave and got', async () => {
  await using host = await openTestHost({ webhooks: ['desk'], oauth: { slack: { scopes: ['chat'] } } });
  const permissions = ['files', 'webhooks', 'oauth', 'analytics', 'security'];
  const source = await plugin(
    `export default { hooks: { 'file:process': async (_input: unknown, ctx: any) => {
      const sent = await ctx.webhooks.send('photo.seen', { name: 'a' });
      const { accessToken, scopes } = await ctx.oauth.token('slack');
      await ctx.analytics.count('photos');
      await ctx.security.report({ severity: 'high', title: 'A ZIP inside' });
      const events = await ctx.security.events();
      const codes = await Promise.all([
        ctx.webhooks.send('x', {}, { endpoint: 'other' }).catch((error: any) => error.code),
        ctx.oauth.token('github').catch((error: any) => error.code),
      ]);
      return { metadata: { endpoints: sent.endpoints, accessToken, scopes, titles: events.map((e: any) => e.title), codes } };
    } } };`,
    { permissions },
  );
  const installed = await host.install(source);
  expect((await installed.call('file:process', { photo: samplePhoto() })).value().metadata).toEqual({
    endpoints: 1,
    accessToken: 'slack-token',
    scopes: ['chat'],
    titles: ['A ZIP inside'],
    codes: ['webhook_not_sent', 'oauth_not_connected'],
  });
  expect(installed.webhooks).toEqual([{ type: 'photo.seen', data: { name: 'a' }, endpoint: 'desk' }]);
  expect(installed.measures).toEqual([{ kind: 'count', name: 'photos', by: 1 }]);
  expect(installed.reports).toMatchObject([{ severity: 'high', title: 'A ZIP inside' }]);
});

test('what cannot be installed is refused with the code and the fields of the server', async () => {
  await using host = await openTestHost();
  expect(await problemOf(host.install(join(folder, 'nothing')))).toMatchObject({ code: 'file_missing' });
  const wrong = await plugin('export default { hooks: {} };', { permissions: [] });
  expect(await problemOf(host.install(wrong))).toMatchObject({
    code: 'manifest_invalid',
    fields: [{ field: '/hooks/0', message: 'file:process needs the permission "files"' }],
  });
  const schema = { type: 'object', properties: { minimum: { type: 'integer' } }, required: ['minimum'] };
  const needy = await plugin('export default { hooks: {} };', { configSchema: schema });
  expect(await problemOf(host.install(needy, { config: { minimum: 'many' } }))).toMatchObject({
    code: 'config_invalid',
    fields: [{ field: '/minimum', message: 'must be a whole number' }],
  });
  const throwing = await plugin(`throw new Error('not today'); export default { hooks: {} };`);
  expect(await problemOf(host.install(throwing))).toMatchObject({
    code: 'plugin_load_failed',
    message: expect.stringContaining('not today'),
  });
  const empty = await plugin('export default { hooks: {} };');
  expect(await problemOf(host.install(empty))).toMatchObject({
    code: 'plugin_load_failed',
    message: expect.stringContaining('file:process'),
  });
  const fine = await host.install(await plugin(`export default { hooks: { 'file:process': () => ({}) } };`));
  const text = fine.call('file:process', { photo: Buffer.from('text') });
  expect(await problemOf(text)).toMatchObject({ code: 'photo_type_unknown' });
  expect(await problemOf(fine.call('file:process'))).toMatchObject({ code: 'hook_input_invalid' });
});
