import type { Tx } from '../../../db/tenancy.ts';

/** Which of the named plugins are installed, with their versions. */
export async function findVersions(tx: Tx, pluginIds: readonly string[]): Promise<Map<string, string>> {
  if (pluginIds.length === 0) return new Map();
  const rows = await tx
    .selectFrom('plugins')
    .select(['plugin_id', 'version'])
    .where('plugin_id', 'in', pluginIds)
    .execute();
  return new Map(rows.map(({ plugin_id, version }) => [plugin_id, version]));
}
