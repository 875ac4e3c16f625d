import { sql } from 'kysely';
import type { Permission } from '@proofpix/contract/permissions';
import type { UpdateMode } from '@proofpix/contract/policies';
import { cleanText } from '@proofpix/host/clean-text';
import type { Tx } from '../../../db/tenancy.ts';
import { jsonText } from '../../../db/types.ts';
import { keepValues } from './values/queries.ts';

export type PointReason = 'update' | 'config' | 'rollback';
export type PointRow = NonNullable<Awaited<ReturnType<typeof findPoint>>>;

/**
 * Keeps everything of an installation as it is at this moment: package, grants, priorities, configuration and storage. Gives
 * the id of the point. Secrets and values stay sealed; they open for this installation alone.
 */
export async function takePoint(
  tx: Tx,
  { installationId, reason, actor }: { installationId: string; reason: PointReason; actor: string | null },
): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    insert into plugin_restore_points (organisation_id, installation_id, reason, version, manifest, digest,
      archive_digest, archive_size, received_digest, development, signature, signature_file, permissions, hooks, scan,
      config, secrets, secrets_set, created_by)
    select p.organisation_id, p.id, ${reason}, p.version, p.manifest, p.digest, p.archive_digest, p.archive_size,
      p.received_digest, p.development, p.signature, p.signature_file,
      coalesce((select jsonb_agg(jsonb_build_object('permission', g.permission, 'decision', g.decision,
        'decided_by', g.decided_by, 'decided_at', g.decided_at)) from plugin_permissions g where g.installation_id = p.id), '[]'),
      coalesce((select jsonb_agg(jsonb_build_object('hook', h.hook, 'priority', h.priority,
        'changed_by_admin', h.changed_by_admin)) from plugin_hooks h where h.installation_id = p.id), '[]'),
      (select to_jsonb(s) - 'organisation_id' - 'installation_id' from plugin_scans s where s.installation_id = p.id),
      coalesce(c.config, '{}'), c.secrets, coalesce(c.secrets_set, '[]'), ${actor}::uuid
    from plugins p left join plugin_configurations c on c.installation_id = p.id
    where p.id = ${installationId}::uuid
    returning id`.execute(tx);
  const [point] = rows;
  if (point === undefined) throw new Error('The installation is gone.');
  await keepValues(tx, { pointId: point.id, installationId });
  return point.id;
}

/** The oldest beyond what is kept; gives the digests of the archives that they named. */
export async function prunePoints(tx: Tx, installationId: string, keep: number): Promise<string[]> {
  const { rows } = await sql<{ archive_digest: string }>`
    delete from plugin_restore_points where id in (
      select id from plugin_restore_points where installation_id = ${installationId}::uuid
      order by created_at desc, id desc offset ${keep})
    returning archive_digest`.execute(tx);
  return rows.map(({ archive_digest: digest }) => digest);
}

export async function deletePoint(tx: Tx, pointId: string): Promise<void> {
  await tx.deleteFrom('plugin_restore_points').where('id', '=', pointId).execute();
}

export async function archivesOfPoints(tx: Tx, installationId: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('plugin_restore_points')
    .select('archive_digest')
    .distinct()
    .where('installation_id', '=', installationId)
    .execute();
  return rows.map(({ archive_digest: digest }) => digest);
}

const columns = [
  'id',
  'organisation_id',
  'installation_id',
  'reason',
  'version',
  'manifest',
  'digest',
  'archive_digest',
  'archive_size',
  'received_digest',
  'development',
  'signature',
  'signature_file',
  'permissions',
  'hooks',
  'scan',
  'config',
  'secrets',
  'secrets_set',
  'watched_until',
  'created_at',
] as const;

export async function findPoint(tx: Tx, installationId: string, pointId: string) {
  return tx
    .selectFrom('plugin_restore_points')
    .select(columns)
    .where('installation_id', '=', installationId)
    .where('id', '=', pointId)
    .executeTakeFirst();
}

/** Newest first, with what each holds of the storage. */
export async function listPoints(tx: Tx, installationId: string) {
  return tx
    .selectFrom('plugin_restore_points')
    .select(columns)
    .select((row) => [
      row
        .selectFrom('plugin_restore_values')
        .select((values) => values.fn.countAll<number>().as('count'))
        .whereRef('point_id', '=', 'plugin_restore_points.id')
        .as('values'),
      row
        .selectFrom('plugin_restore_values')
        .select(sql<number>`coalesce(sum(size), 0)`.as('sum'))
        .whereRef('point_id', '=', 'plugin_restore_points.id')
        .as('bytes'),
    ])
    .where('installation_id', '=', installationId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
}

/** One at a time: what is watched newly is what counts. */
export async function watchPoint(
  tx: Tx,
  installationId: string,
  watched: { id: string; until: Date } | null,
): Promise<void> {
  await tx
    .updateTable('plugin_restore_points')
    .set({ watched_until: null })
    .where('installation_id', '=', installationId)
    .where('watched_until', 'is not', null)
    .execute();
  if (watched === null) return;
  await tx
    .updateTable('plugin_restore_points')
    .set({ watched_until: watched.until })
    .where('id', '=', watched.id)
    .execute();
}

/** Of all organisations, only as system: what was watched when the server ended. */
export async function findWatched(tx: Tx, now: Date) {
  return tx
    .selectFrom('plugin_restore_points')
    .innerJoin('plugins', 'plugins.id', 'plugin_restore_points.installation_id')
    .select([
      'plugin_restore_points.id',
      'plugin_restore_points.watched_until',
      'plugin_restore_points.digest as digestBefore',
      'plugins.id as installationId',
      'plugins.organisation_id as organisationId',
      'plugins.plugin_id as pluginId',
      'plugins.digest',
    ])
    .where('watched_until', '>', now)
    .execute();
}

/** Of all organisations, only as system: those with a plugin that its own source offers in another version. */
export async function findOutdatedOrganisations(tx: Tx): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select distinct plugins.organisation_id as id from plugins
    join plugin_marketplace_cache as cache on cache.source = plugins.source and cache.publisher = plugins.publisher
      and cache.plugin_id = plugins.plugin_id and cache.version <> plugins.version
    order by 1`.execute(tx);
  return rows.map(({ id }) => id);
}

export type UpdateSettings = {
  mode: UpdateMode | null;
  pin: string | null;
  waiting: { version: string; permissions: Permission[]; message: string } | null;
  failed: { version: string; reason: string; at: Date | null } | null;
};

const usualSettings: UpdateSettings = { mode: null, pin: null, waiting: null, failed: null };

export async function findSettings(tx: Tx, installationId: string): Promise<UpdateSettings> {
  const row = await tx
    .selectFrom('plugin_updates')
    .select(['mode', 'pin', 'waiting', 'failed_version', 'failed_reason', 'failed_at'])
    .where('installation_id', '=', installationId)
    .executeTakeFirst();
  if (!row) return usualSettings;
  const { mode, pin, waiting, failed_version: version, failed_reason: reason, failed_at: at } = row;
  return { mode, pin, waiting, failed: version === null ? null : { version, reason: reason ?? '', at } };
}

type Owner = { organisationId: string; installationId: string };

export async function saveSettings(
  tx: Tx,
  { organisationId, installationId }: Owner,
  change: { mode: UpdateMode | null; pin: string | null; actor: string | null },
): Promise<void> {
  const values = { mode: change.mode, pin: change.pin, updated_by: change.actor };
  await upsert(tx, { organisationId, installationId }, values);
}

export async function saveWaiting(tx: Tx, owner: Owner, waiting: UpdateSettings['waiting']): Promise<void> {
  await upsert(tx, owner, { waiting: waiting && jsonText(waiting) });
}

/** The version went back by itself; null: it is installed again, by somebody who knows. */
export async function saveFailed(
  tx: Tx,
  owner: Owner,
  failed: { version: string; reason: string } | null,
): Promise<void> {
  await upsert(tx, owner, {
    failed_version: failed?.version ?? null,
    failed_reason: failed && cleanText(failed.reason).slice(0, 2_000),
    failed_at: failed && new Date(),
  });
}

/** What waited for a person is settled by any update; a version that failed, only by being installed again on purpose. */
export async function clearSettled(tx: Tx, installationId: string, version: string): Promise<void> {
  const ofVersion = <Column extends string>(column: Column) =>
    sql<null>`case when failed_version = ${version} then null else ${sql.ref(column)} end`;
  await tx
    .updateTable('plugin_updates')
    .set({
      waiting: null,
      failed_reason: ofVersion('failed_reason'),
      failed_at: ofVersion('failed_at'),
      failed_version: ofVersion('failed_version'),
    })
    .where('installation_id', '=', installationId)
    .execute();
}

type Values = {
  mode?: UpdateMode | null;
  pin?: string | null;
  updated_by?: string | null;
  waiting?: string | null;
  failed_version?: string | null;
  failed_reason?: string | null;
  failed_at?: Date | null;
};

async function upsert(tx: Tx, { organisationId, installationId }: Owner, values: Values): Promise<void> {
  await tx
    .insertInto('plugin_updates')
    .values({ organisation_id: organisationId, installation_id: installationId, ...values })
    .onConflict((conflict) => conflict.column('installation_id').doUpdateSet(values))
    .execute();
}
