import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Plugin } from '@proofpix/contract/api/plugins';
import { routes } from '@proofpix/contract/routes';
import { startServer, type TestServer } from '../../server/test/start-server.ts';
import { makeWorkplace, proofpix, type Workplace } from './proofpix.ts';

let place: Workplace;
let server: TestServer;
beforeAll(async () => {
  place = await makeWorkplace();
  server = await startServer();
  await place.plugin(
    'newcomer',
    { 'index.js': `module.exports.hooks = { 'file:process': () => ({}) };` },
    {
      permissions: ['files', 'http'],
      hosts: ['api.example.org'],
      configSchema: { type: 'object', properties: { word: { type: 'string' } } },
    },
  );
});
afterAll(async () => {
  await server.stop();
  await place[Symbol.asyncDispose]();
});

const run = (args: readonly string[], token = server.owner.token) =>
  proofpix(place.folder, ['install', ...args, '--server', server.url], { PROOFPIX_TOKEN: token });

describe('proofpix install', { timeout: 300_000 }, () => {
  test('says in plain words what is asked, and does not load what nobody decided on', async () => {
    const { code, stdout, stderr } = await run(['newcomer', '--load']);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain('Contact api.example.org over the internet');
    expect(stderr).toContain('grants_missing');
    expect(stderr).toContain('--grant-requested');
    expect(stderr).not.toContain(server.owner.token);
  });

  test('grants, configures and loads at once', async () => {
    await writeFile(join(place.folder, 'config.json'), '{"word":"hello"}');
    const { code, stdout, stderr } = await run([
      'newcomer',
      '--grant-requested',
      '--load',
      '--config',
      'config.json',
      '--json',
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ id: 'newcomer', state: 'loaded', source: 'upload' });
    const { config } = await server.call(routes.plugins.getConfig, { params: { id: 'newcomer' } });
    expect(config).toEqual({ word: 'hello' });
  });

  test('refuses what --grant does not name, so that it can be loaded, and decides anew when it is called again', async () => {
    const decided = async (...args: string[]) => {
      const { code, stdout } = await run(['newcomer', ...args, '--load', '--json']);
      expect(code).toBe(0);
      return (JSON.parse(stdout) as Plugin).permissions.map(({ permission, decision }) => [permission, decision]);
    };
    expect(await decided('--grant', 'files')).toEqual([
      ['files', 'granted'],
      ['http', 'refused'],
    ]);
    expect(await decided('--grant-requested')).toEqual([
      ['files', 'granted'],
      ['http', 'granted'],
    ]);
  });

  test('sends nothing when a grant is misspelt or the plugin is wrong', async () => {
    expect(await run(['newcomer', '--grant', 'fils'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Did you mean "files"?'),
    });
    expect(await run(['newcomer', '--grant', 'oauth'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('does not ask for "oauth"'),
    });
    await place.plugin('unwanted', { 'index.js': '' }, { id: 'X' });
    expect(await run(['unwanted'])).toMatchObject({ code: 1, stderr: expect.stringContaining('/id must be') });
  });

  test('tells a refusal by its code and what to do, and a server that is not there', async () => {
    expect(await run(['newcomer'], 'not a token')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('sign_in_required'),
    });
    await place.plugin(
      'newcomer',
      { 'index.js': `module.exports.hooks = { 'file:process': () => null };` },
      { permissions: ['files'] },
    );
    expect(await run(['newcomer'])).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/version_changed[^]*--development/),
    });
    expect((await run(['newcomer', '--development', '--grant-requested', '--load'])).code).toBe(0);
    const gone = await proofpix(place.folder, ['install', 'newcomer', '--server', 'http://127.0.0.1:1'], {
      PROOFPIX_TOKEN: 'x',
    });
    expect(gone).toMatchObject({ code: 3, stderr: expect.stringContaining('could not be reached') });
    const bare = await proofpix(place.folder, ['install', 'newcomer', '--server', server.url]);
    expect(bare).toMatchObject({ code: 1, stderr: expect.stringContaining('PROOFPIX_TOKEN') });
  });
});
