import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openTestDatabase } from '../../../test/test-database.ts';
import { countSealed } from '../../db/sealed-columns.ts';
import { asSystem, withOrganisation } from '../../db/tenancy.ts';
import { openKeys } from '../../keys.ts';
import { addKeyVersion } from '../../keys/key-file.ts';
import { createLog } from '../../log.ts';
import { makeOrganisation } from '../plugins/test/plugins-on-database.ts';
import { sealSecret } from '../webhooks/webhook-secret.ts';
import { keepSealing } from './seal-again.ts';

test('everything is sealed again also when a value of another server brought the new version', async () => {
  await using db = await openTestDatabase();
  const keyFile = join(db.dataDir, 'keys', 'master.key');
  const keys = await openKeys({ keyFile });
  const organisationId = await makeOrganisation(db);
  const id = randomUUID();
  const secret = sealSecret(keys, { organisationId, id }, 'whsec_');
  await withOrganisation(db, organisationId, (tx) =>
    tx
      .insertInto('webhook_endpoints')
      .values({ id, organisation_id: organisationId, name: 'One', url: 'https://hooks.example.com', secret })
      .execute(),
  );
  // No look finds it.
  const log = createLog('silent');
  await using opened = new AsyncDisposableStack();
  opened.use(keepSealing({ db, keys: { ...keys, refresh: () => false }, log }, 10));
  await addKeyVersion(keyFile);
  const other = await openKeys({ keyFile });
  expect(keys.open(other.seal(Uint8Array.of(1), 'a'), 'a')).toEqual(Uint8Array.of(1));
  const sealedWith = (version: number) => asSystem(db, 'rotate-keys', (tx) => countSealed(tx, [version]));
  await expect.poll(() => sealedWith(2), { timeout: 20_000 }).toBe(1);
  expect(await sealedWith(1)).toBe(0);
});
