import { sql } from 'kysely';
import type { Tx } from '../../../db/tenancy.ts';

const alive = sql<boolean>`(expires_at is null or expires_at > clock_timestamp())`;

export async function findValue(tx: Tx, installationId: string, key: string): Promise<Uint8Array | null> {
  const row = await tx
    .selectFrom('plugin_storage')
    .select('value')
    .where('installation_id', '=', installationId)
    .where('key', '=', key)
    .where(alive)
    .executeTakeFirst();
  return row?.value ?? null;
}

/**
 * Bytes that an installation keeps beside one key, expired ones removed first. Locks the installation, so that values
 * which are set at the same moment cannot pass the quota together. Null when the installation is gone.
 */
export async function sizeBeside(tx: Tx, installationId: string, key: string): Promise<number | null> {
  const locked = await tx
    .selectFrom('plugins')
    .select('id')
    .where('id', '=', installationId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!locked) return null;
  await tx
    .deleteFrom('plugin_storage')
    .where('installation_id', '=', installationId)
    .where('expires_at', '<=', sql<Date>`clock_timestamp()`)
    .execute();
  const row = await tx
    .selectFrom('plugin_storage')
    .select(sql<number>`coalesce(sum(size), 0)`.as('size'))
    .where('installation_id', '=', installationId)
    .where('key', '<>', key)
    .executeTakeFirstOrThrow();
  return Number(row.size);
}

export type StoredValue = {
  organisationId: string;
  installationId: string;
  key: string;
  value: Uint8Array;
  size: number;
  expiresAt: Date | null;
};

export async function saveValue(tx: Tx, stored: StoredValue): Promise<void> {
  const { organisationId, installationId, key, value, size, expiresAt } = stored;
  await tx
    .insertInto('plugin_storage')
    .values({
      organisation_id: organisationId,
      installation_id: installationId,
      key,
      value,
      size,
      expires_at: expiresAt,
    })
    .onConflict((conflict) =>
      conflict.columns(['installation_id', 'key']).doUpdateSet({ value, size, expires_at: expiresAt }),
    )
    .execute();
}

export async function deleteValue(tx: Tx, installationId: string, key: string): Promise<boolean> {
  const deleted = await tx
    .deleteFrom('plugin_storage')
    .where('installation_id', '=', installationId)
    .where('key', '=', key)
    .returning(alive.as('alive'))
    .executeTakeFirst();
  return deleted?.alive ?? false;
}

export async function listKeys(tx: Tx, installationId: string, prefix: string, limit: number): Promise<string[]> {
  const rows = await tx
    .selectFrom('plugin_storage')
    .select('key')
    .where('installation_id', '=', installationId)
    .where('key', '>=', prefix)
    .where(sql<boolean>`starts_with(key, ${prefix})`)
    .where(alive)
    .orderBy('key')
    .limit(limit)
    .execute();
  return rows.map(({ key }) => key);
}
