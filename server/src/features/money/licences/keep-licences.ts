import { asSystem } from '../../../db/tenancy.ts';
import type { MoneyParts } from '../parts.ts';
import { issueLicence } from './issue-licence.ts';
import { keyIn, noLicence } from './licences-in-force.ts';
import { listNeeding, listSigned, seeClock, type LicenceKey } from './queries.ts';

type Parts = Pick<MoneyParts, 'db' | 'trust' | 'licences'>;

/** Signed again when it is so old: long before a host that was cut off would notice. */
const renewedAfterMilliseconds = 86_400_000;

/** What other servers changed, and what ended: told the host. */
export async function lookAtLicences({ db, licences }: Parts): Promise<void> {
  const rows = await asSystem(db, 'money', async (tx) => {
    licences.seen(await seeClock(tx, new Date(licences.now())));
    return listNeeding(tx);
  });
  licences.replaceAll(
    rows.map((row) => {
      const key = keyOf(row);
      return { key, judged: row.statement === null ? noLicence : licences.judge(key, row.statement) };
    }),
  );
}

/**
 * What this server issued it signs anew, so that none is ever too old here. Only what its own signature says is believed:
 * who changed the row has nothing of it.
 */
export async function renewLicences(parts: Parts): Promise<void> {
  const { db, licences } = parts;
  await asSystem(db, 'money', async (tx) => {
    for (const row of await listSigned(tx)) {
      const { statement } = licences.judge(keyOf(row), row.statement);
      if (statement === null || licences.now() - Date.parse(statement.issued) < renewedAfterMilliseconds) continue;
      const until = statement.until === null ? null : new Date(statement.until);
      await issueLicence(tx, parts, keyIn(statement), { kind: statement.kind, until, orderId: row.order_id });
    }
  });
}

function keyOf(row: { organisation_id: string; source: string; publisher: string; plugin_id: string }): LicenceKey {
  return {
    organisationId: row.organisation_id,
    source: row.source,
    publisher: row.publisher,
    pluginId: row.plugin_id,
  };
}
