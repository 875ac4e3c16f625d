import { sql } from 'kysely';
import type { Tx } from '../../../../db/tenancy.ts';

export type KeptValue = {
  organisationId: string;
  installationId: string;
  key: string;
  /** Sealed for the installation and the key: in the same form as in plugin_storage. */
  value: Uint8Array;
  size: number;
  expiresAt: Date | null;
  version: number;
};

/** A change by the version before: into the state that is kept of it too. A state that is gone by now takes nothing. */
export async function saveKeptValue(tx: Tx, pointId: string, kept: KeptValue): Promise<void> {
  const { organisationId, installationId, key, value, size, expiresAt, version } = kept;
  await sql`insert into plugin_restore_values
      (organisation_id, point_id, installation_id, key, value, size, expires_at, version)
    select organisation_id, id, ${installationId}::uuid, ${key}, ${value}, ${size}, ${expiresAt?.toISOString() ?? null}::timestamptz, ${version}
    from plugin_restore_points where organisation_id = ${organisationId}::uuid and id = ${pointId}::uuid
    on conflict (point_id, key) do update set value = excluded.value, size = excluded.size,
      expires_at = excluded.expires_at, version = excluded.version`.execute(tx);
}

export async function deleteKeptValue(tx: Tx, pointId: string, key: string): Promise<void> {
  await tx.deleteFrom('plugin_restore_values').where('point_id', '=', pointId).where('key', '=', key).execute();
}

/** Everything that the installation stores at this moment, sealed as it is. */
export async function keepValues(tx: Tx, { pointId, installationId }: Copy): Promise<void> {
  await sql`insert into plugin_restore_values
      (organisation_id, point_id, installation_id, key, value, size, expires_at, version)
    select organisation_id, ${pointId}::uuid, installation_id, key, value, size, expires_at, version
    from plugin_storage where installation_id = ${installationId}::uuid
      and (expires_at is null or expires_at > clock_timestamp())`.execute(tx);
}

type Copy = { pointId: string; installationId: string };

/**
 * What was kept, in the place of what is stored. Values keep the versions that they had, which stand for the same content;
 * the counter goes on, so that no version is ever given to another one.
 */
export async function putBackValues(tx: Tx, { pointId, installationId }: Copy): Promise<void> {
  await tx.deleteFrom('plugin_storage').where('installation_id', '=', installationId).execute();
  await sql`insert into plugin_storage (organisation_id, installation_id, key, value, size, expires_at, version)
    select organisation_id, installation_id, key, value, size, expires_at, version
    from plugin_restore_values where point_id = ${pointId}::uuid and installation_id = ${installationId}::uuid
      and (expires_at is null or expires_at > clock_timestamp())`.execute(tx);
}
