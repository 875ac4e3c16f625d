import { afterAll, beforeAll, expect, test } from 'vitest';
import { organisationRoutes } from '@proofpix/contract/api/accounts';
import { trustRoutes } from '@proofpix/contract/api/trust';
import type { PackageInspection } from '@proofpix/contract/inspection';
import { startServer, type TestMember, type TestServer } from '../../../../test/start-server.ts';
import { addPublisher, signTestPlugin, type Signed } from '../test/sign-packages.ts';
import { packTestPlugin } from '../test/test-plugins.ts';

let server: TestServer;
let signed: Signed;
beforeAll(async () => {
  server = await startServer();
  signed = await signTestPlugin({ manifest: { id: 'looked-at' } }, 'acme', await addPublisher(server, 'acme'));
});
afterAll(() => server?.stop());

async function inspect(member: TestMember, archive: Uint8Array, signature?: string) {
  const form = new FormData();
  if (signature !== undefined) form.set('signature', signature);
  form.set('plugin', new Blob([Buffer.from(archive)]), 'plugin.zip');
  const response = await member.fetch('/api/plugins/inspect', { method: 'POST', body: form });
  return (await response.json()) as PackageInspection & { code?: string }; // a problem document has the code
}

test('an inspection says who signed a package, or that nobody did', async () => {
  const { owner } = await server.createOrganisation();
  const { archive, signature } = signed;
  expect(await inspect(owner, archive, signature)).toMatchObject({
    signature: { state: 'signed', publisher: 'acme' },
    obstacle: null,
  });
  expect(await inspect(owner, archive)).toMatchObject({ signature: { state: 'unsigned' }, obstacle: null });
});

test('an inspection refuses a signature that is of another package, as installing does', async () => {
  const { owner } = await server.createOrganisation();
  const other = await packTestPlugin({ manifest: { id: 'another' } });
  expect(await inspect(owner, other, signed.signature)).toMatchObject({ code: 'signature_invalid' });
});

test('an inspection says that the organisation installs nothing without a signature', async () => {
  const { owner } = await server.createOrganisation();
  await owner.call(organisationRoutes.putPackageRules, { body: { unsignedPackages: 'refuse' } });
  expect(await inspect(owner, signed.archive)).toMatchObject({ obstacle: { code: 'signature_required' } });
  expect(await inspect(owner, signed.archive, signed.signature)).toMatchObject({ obstacle: null });
});

test('an inspection says that a package is on the kill list, and why', async () => {
  const { owner } = await server.createOrganisation();
  const archive = await packTestPlugin({ manifest: { id: 'ended' } });
  await server.call(trustRoutes.kill, { body: { kind: 'plugin', value: 'ended', reason: 'It sends photos away' } });
  expect(await inspect(owner, archive)).toMatchObject({
    obstacle: { code: 'package_killed', message: expect.stringContaining('It sends photos away') },
  });
});
