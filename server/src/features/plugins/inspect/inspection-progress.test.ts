import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { routes } from '@proofpix/contract/routes';
import { startServer, type TestMember, type TestServer } from '../../../../test/start-server.ts';
import { packTestPlugin } from '../test/test-plugins.ts';

let server: TestServer;
beforeAll(async () => {
  const scannerFile = join(import.meta.dirname, '../../../../../intake/test/doubles/slow-scanner.mjs');
  server = await startServer({ intake: { scannerFile } });
});
afterAll(() => server?.stop());

/** Reads a package that is never read to its end. */
async function inspect(member: TestMember, watch: string) {
  const form = new FormData();
  form.set('plugin', new Blob([Buffer.from(await packTestPlugin({ manifest: { id: 'read-slowly' } }))]), 'plugin.zip');
  const leaving = new AbortController();
  const answer = member
    .fetch(`/api/plugins/inspect?watch=${watch}`, { method: 'POST', body: form, signal: leaving.signal })
    .then(
      ({ status }) => status,
      () => 'left',
    );
  return { leave: () => leaving.abort(), answer };
}

const progressOf = async (member: TestMember, watch: string) =>
  (await member.call(routes.plugins.inspectionProgress, { query: { watch } })).progress;

test('whoever has a package read sees how far it is, nobody else does, and the process ends with them', async () => {
  const { owner: stranger } = await server.createOrganisation();
  const watch = randomUUID();
  expect(await progressOf(server.owner, watch)).toBeNull();
  const reading = await inspect(server.owner, watch);
  await expect
    .poll(() => progressOf(server.owner, watch), { timeout: 30_000 })
    .toEqual({ phase: 'analyse', done: 40, of: 100 });
  expect(server.intake.use().runners).toBe(1);
  // The attack: to choose the same id.
  expect(await progressOf(stranger, watch)).toBeNull();
  reading.leave();
  expect(await reading.answer).toBe('left');
  await expect.poll(() => server.intake.use().runners, { timeout: 30_000 }).toBe(0);
  await expect.poll(() => progressOf(server.owner, watch), { timeout: 30_000 }).toBeNull();
});

test('whoever may not install does not watch either', async () => {
  const viewer = await server.signIn('viewer');
  expect((await viewer.fetch(`/api/plugins/inspect/progress?watch=${randomUUID()}`)).status).toBe(403);
});
