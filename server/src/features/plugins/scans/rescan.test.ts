import { afterAll, beforeAll, expect, test } from 'vitest';
import { routes } from '@proofpix/contract/routes';
import { ruleSetVersion } from '@proofpix/contract/scan';
import { withOrganisation } from '../../../db/tenancy.ts';
import { startServer, type TestMember, type TestServer } from '../../../../test/start-server.ts';
import { ask, ended, install, packTestPlugin, upload } from '../test/test-plugins.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ firstPlugins: ['evidence-hash'] });
});
afterAll(() => server?.stop());

/** As it stands in the database of a server whose rules were not there yet. */
async function makeOlder(organisationId: string): Promise<void> {
  await withOrganisation(server.db, organisationId, (tx) =>
    tx
      .updateTable('plugin_scans')
      .set({ rule_set: null, result: null })
      .where('organisation_id', '=', organisationId)
      .execute(),
  );
}

const scanOf = (member: TestMember, id: string) => member.call(routes.plugins.scan, { params: { id } });

test('our own plugins of a first start, which were read without a scan, are scanned afterwards and pass', async () => {
  expect(await scanOf(server.owner, 'evidence-hash')).toMatchObject({ result: null, verdict: null, scannedAt: null });
  await server.rescan();
  await expect
    .poll(async () => (await scanOf(server.owner, 'evidence-hash')).verdict, { timeout: 60_000 })
    .toBe('pass');
});

test('what older rules judged is scanned again: what is worse is told as a security event, and goes on running', async () => {
  const { owner, id } = await server.createOrganisation();
  await install(owner, { manifest: { id: 'harmless' } });
  const loops = await packTestPlugin({ manifest: { id: 'loops' }, files: { 'other.js': 'for (;;) {}' } });
  await ended(owner, await upload(owner, loops, { autoLoad: 'true' }));
  await makeOlder(id);
  expect(await scanOf(owner, 'loops')).toMatchObject({ result: null, current: false });
  expect(await server.rescan()).toBe(2);
  await expect.poll(async () => (await scanOf(owner, 'loops')).current, { timeout: 60_000 }).toBe(true);
  await expect.poll(async () => (await scanOf(owner, 'harmless')).current, { timeout: 60_000 }).toBe(true);
  expect(await scanOf(owner, 'loops')).toMatchObject({ verdict: 'review', result: { ruleSet: ruleSetVersion } });
  const { items } = await owner.call(routes.security.events);
  expect(items).toMatchObject([
    { type: 'scan_worse', severity: 'high', plugin: 'loops', evidence: { verdict: 'review', rule: 'endless-work' } },
  ]);
  expect(await ask(owner, 'loops:ask')).toMatchObject([{ ok: true }]);
});
