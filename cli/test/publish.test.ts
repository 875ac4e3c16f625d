import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Submission } from '@proofpix/contract/api/submissions';
import { routes } from '@proofpix/contract/routes';
import { makePublisher } from '../../server/src/features/submissions/test/publishing.ts';
import { startServer, type TestServer } from '../../server/test/start-server.ts';
import { makeWorkplace, proofpix, type Workplace } from './proofpix.ts';

let place: Workplace;
let server: TestServer;
let token: string;
beforeAll(async () => {
  place = await makeWorkplace();
  server = await startServer();
  await makePublisher(server.owner, 'harbour-light');
  // As a build would: a token that can publish and nothing else.
  const body = { name: 'CI', access: ['publishing:manage' as const], expiresAt: '2099-01-01T00:00:00Z' };
  ({ token } = await server.call(routes.tokens.create, { body }));
});
afterAll(async () => {
  await server.stop();
  await place[Symbol.asyncDispose]();
});

const run = (...args: string[]) =>
  proofpix(place.folder, ['publish', ...args, '--server', server.url], { PROOFPIX_TOKEN: token });
const files = (body: string) => ({
  'index.js': `module.exports.hooks = { 'file:process': async ({ file }, ctx) => ({ metadata: { Size: ${body} } }) };`,
  'README.md': '# Tide\n\nReads the size.\n',
  LICENSE: 'As the project.\n',
});

describe('proofpix publish', { timeout: 300_000 }, () => {
  test('shows what is to be mended at its line, takes the mended package, and sends it to review', async () => {
    await place.plugin('tide-table', files(`eval('1')`));
    const refused = await run('tide-table', '--publisher', 'harbour-light');
    expect(refused.code).toBe(2);
    expect(refused.stdout).toMatch(/error {3}index\.js:\d+:\d+ /);
    expect(refused.stdout).toContain('tide-table 1.0.0: was refused by the scan');
    const id = /--submission ([0-9a-f-]{36})/.exec(refused.stdout)?.[1] ?? '';
    expect(refused.stdout).toContain(`${server.url}/publishing/submissions/${id}`);
    expect(refused.stdout + refused.stderr).not.toContain(token);

    await place.plugin('tide-table', files('await ctx.files.size'));
    const draft = await run('tide-table', '--submission', id, '--draft', '--json');
    expect([draft.code, (JSON.parse(draft.stdout) as Submission).state]).toEqual([0, 'draft']);
    const sent = await run('tide-table', '--submission', id, '--note', 'The first version.');
    expect(sent.code).toBe(0);
    expect(sent.stdout).toContain('It is number 1 of 1 in the queue.');
    expect(sent.stdout).toContain('"The publisher is verified"');
  });

  test('says what the intake refuses by its field, and whose name is missing', async () => {
    await writeFile(join(place.folder, 'broken.zip'), 'no archive');
    const broken = await run('broken.zip', '--publisher', 'harbour-light');
    expect(broken.code).not.toBe(0);
    expect(broken.stderr).toContain('archive');
    await place.plugin('exif-reeder', files('1'));
    const alike = await run('exif-reeder', '--publisher', 'harbour-light');
    expect(alike.code).toBe(2);
    expect(alike.stdout).toContain('plugin_name_taken');
    const nobody = await run('tide-table', '--publisher', 'somebody-else');
    expect(nobody.code).toBe(3);
    expect(nobody.stderr).toContain('publisher_not_found');
    expect((await run('tide-table')).stderr).toContain('--publisher');
    expect((await run('tide-table', '--publisher', 'harbour-light', '--channel', 'alpha')).code).toBe(1);
  });

  test('with a token for something else is refused', async () => {
    const { token: other } = await server.call(routes.tokens.create, {
      body: { name: 'Reads', access: ['runs:read'] },
    });
    const { code, stderr } = await proofpix(
      place.folder,
      ['publish', 'tide-table', '--publisher', 'harbour-light', '--server', server.url],
      { PROOFPIX_TOKEN: other },
    );
    expect(code).toBe(3);
    expect(stderr).toContain('access_denied');
  });
});
