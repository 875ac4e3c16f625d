import { sql } from 'kysely';
import type { Tx } from '../../../db/tenancy.ts';

const alive = sql<boolean>`(expires_at is null or expires_at > clock_timestamp())`;

export async function findValue(tx: Tx, installationId: string, key: string) {
  return tx
    .selectFrom('plugin_storage')
    .select(['value', 'version'])
    .where('installation_id', '=', installationId)
    .where('key', '=', key)
    .where(alive)
    .executeTakeFirst();
}

export type Change = {
  /** The version that a value set now gets. */
  next: number;
  /** Of what is kept under the key; 0 for nothing. */
  version: number;
  /** Bytes that the installation keeps beside the key. */
  sizeBeside: number;
};

/**
 * Begins a change of one key, expired values removed first. Counting up locks the installation's counter until the
 * transaction ends: values that are set at the same moment can neither pass the quota together nor both replace one
 * version. Null when the installation is gone.
 */
export async function beginChange(tx: Tx, installationId: string, key: string): Promise<Change | null> {
  const { rows } = await sql<{ last: number }>`
    insert into plugin_storage_versions (organisation_id, installation_id, last)
    select organisation_id, id, 1 from plugins where id = ${installationId}
    on conflict (installation_id) do update set last = plugin_storage_versions.last + 1
    returning last`.execute(tx);
  const next = rows[0]?.last;
  if (next === undefined) return null;
  await tx
    .deleteFrom('plugin_storage')
    .where('installation_id', '=', installationId)
    .where('expires_at', '<=', sql<Date>`clock_timestamp()`)
    .execute();
  const kept = await tx
    .selectFrom('plugin_storage')
    .select([
      sql<number>`coalesce(sum(size) filter (where key <> ${key}), 0)`.as('size'),
      sql<number>`coalesce(max(version) filter (where key = ${key}), 0)`.as('version'),
    ])
    .where('installation_id', '=', installationId)
    .executeTakeFirstOrThrow();
  return { next: Number(next), version: Number(kept.version), sizeBeside: Number(kept.size) };
}

/** Until the transaction ends nobody else changes what the installation stores; not even its first value. */
export async function lockStorage(tx: Tx, installationId: string): Promise<void> {
  await sql`
    insert into plugin_storage_versions (organisation_id, installation_id, last)
    select organisation_id, id, 1 from plugins where id = ${installationId}
    on conflict (installation_id) do update set last = plugin_storage_versions.last`.execute(tx);
}

/** Where counting goes on, for an installation whose first values are written with it. */
export async function keepVersion(
  tx: Tx,
  { organisationId, installationId, last }: { organisationId: string; installationId: string; last: number },
): Promise<void> {
  await tx
    .insertInto('plugin_storage_versions')
    .values({ organisation_id: organisationId, installation_id: installationId, last })
    .execute();
}

export type StoredRow = {
  organisationId: string;
  installationId: string;
  key: string;
  value: Uint8Array;
  size: number;
  expiresAt: Date | null;
  version: number;
};

export async function saveValue(tx: Tx, stored: StoredRow): Promise<void> {
  const { organisationId, installationId, key, value, size, expiresAt, version } = stored;
  const set = { value, size, expires_at: expiresAt, version };
  await tx
    .insertInto('plugin_storage')
    .values({ organisation_id: organisationId, installation_id: installationId, key, ...set })
    .onConflict((conflict) => conflict.columns(['installation_id', 'key']).doUpdateSet(set))
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

export async function listKeys(
  tx: Tx,
  installationId: string,
  { prefix, after, limit }: { prefix: string; after: string; limit: number },
): Promise<string[]> {
  const rows = await tx
    .selectFrom('plugin_storage')
    .select('key')
    .where('installation_id', '=', installationId)
    .where('key', '>=', prefix)
    .where('key', '>', after)
    .where(sql<boolean>`starts_with(key, ${prefix})`)
    .where(alive)
    .orderBy('key')
    .limit(limit)
    .execute();
  return rows.map(({ key }) => key);
}

/** Values whose time is over, of all organisations, a bounded number at a time; gives how many there were. */
export async function deleteExpired(tx: Tx, limit: number): Promise<number> {
  const { rows } = await sql`
    delete from plugin_storage where (installation_id, key) in (
      select installation_id, key from plugin_storage where expires_at <= clock_timestamp()
      order by expires_at limit ${limit} for update skip locked)
    returning 1 as deleted`.execute(tx);
  return rows.length;
}
