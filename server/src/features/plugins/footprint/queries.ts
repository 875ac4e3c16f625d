import { sql } from 'kysely';
import type { Tx } from '../../../db/tenancy.ts';

type Own = { organisationId: string; installationId: string };

/** How much there is of everything that goes with an installation. */
export async function countRows(tx: Tx, { organisationId, installationId }: Own) {
  const own = sql`organisation_id = ${organisationId}::uuid and installation_id = ${installationId}::uuid`;
  const { rows } = await sql<{ keys: number; bytes: number; lines: number; days: number }>`select
      stored.keys, stored.bytes,
      (select count(*) from plugin_logs where ${own}) as lines,
      (select count(distinct day) from plugin_metrics where ${own}) as days
    from (select count(*) as keys, coalesce(sum(size), 0) as bytes from plugin_storage
      where ${own} and (expires_at is null or expires_at > clock_timestamp())) as stored`.execute(tx);
  const [row] = rows;
  return {
    storedKeys: Number(row?.keys ?? 0),
    storedBytes: Number(row?.bytes ?? 0),
    logLines: Number(row?.lines ?? 0),
    daysOfFigures: Number(row?.days ?? 0),
  };
}

/** Who else implements the hooks that a plugin declares. */
export async function findOthersOf(tx: Tx, installationId: string, hooks: readonly string[]) {
  if (hooks.length === 0) return [];
  return tx
    .selectFrom('plugin_hooks')
    .innerJoin('plugins', 'plugins.id', 'plugin_hooks.installation_id')
    .select(['plugin_hooks.hook', 'plugins.plugin_id'])
    .where('plugin_hooks.hook', 'in', hooks)
    .where('plugin_hooks.installation_id', '<>', installationId)
    .orderBy('plugins.plugin_id')
    .execute();
}

export async function findDependents(tx: Tx, organisationId: string, pluginId: string) {
  return tx
    .selectFrom('plugin_dependencies')
    .innerJoin('plugins', 'plugins.id', 'plugin_dependencies.installation_id')
    .select(['plugins.plugin_id as plugin', 'plugins.name', 'plugin_dependencies.range'])
    .where('plugin_dependencies.organisation_id', '=', organisationId)
    .where('plugin_dependencies.depends_on', '=', pluginId)
    .orderBy('plugins.plugin_id')
    .execute();
}
