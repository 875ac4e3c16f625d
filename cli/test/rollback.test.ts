import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RestorePoint } from '@proofpix/contract/api/updates';
import { routes } from '@proofpix/contract/routes';
import { startServer, type TestServer } from '../../server/test/start-server.ts';
import { makeWorkplace, proofpix, type Workplace } from './proofpix.ts';

let place: Workplace;
let server: TestServer;
beforeAll(async () => {
  place = await makeWorkplace();
  server = await startServer();
});
afterAll(async () => {
  await server.stop();
  await place[Symbol.asyncDispose]();
});

const run = (args: readonly string[]) =>
  proofpix(place.folder, [...args, '--server', server.url], { PROOFPIX_TOKEN: server.owner.token });
const install = async (version: string) => {
  const code = { 'index.js': `module.exports.hooks = { 'file:process': () => ({ metadata: { v: '${version}' } }) };` };
  await place.plugin(`back-and-forth-${version}`, code, { id: 'back-and-forth', version });
  expect(await run(['install', `back-and-forth-${version}`, '--grant-requested', '--load'])).toMatchObject({ code: 0 });
};

describe('proofpix rollback', { timeout: 300_000 }, () => {
  test('lists what is kept, and sets a plugin back to a version or to a point', async () => {
    await install('1.0.0');
    await install('1.1.0');
    const listed = await run(['rollback', 'back-and-forth', '--json']);
    const [point] = JSON.parse(listed.stdout) as RestorePoint[];
    expect(point).toMatchObject({ version: '1.0.0', reason: 'update' });
    expect((await run(['rollback', 'back-and-forth'])).stdout).toContain(`${point?.id}  1.0.0`);
    const back = await run(['rollback', 'back-and-forth', '--to', '1.0.0', '--reason', 'It reads dates wrongly']);
    expect(back).toMatchObject({ code: 0, stdout: expect.stringContaining('back-and-forth is 1.0.0 again, loaded.') });
    expect(await server.call(routes.plugins.get, { params: { id: 'back-and-forth' } })).toMatchObject({
      version: '1.0.0',
    });
  });

  test('changes nothing for a state that is not kept, and says which are', async () => {
    const { code, stderr } = await run(['rollback', 'back-and-forth', '--to', '9.9.9']);
    expect(code).toBe(1);
    expect(stderr).toContain('Kept are: ');
    expect((await run(['rollback', 'nobodys-plugin'])).code).toBe(3);
  });
});
