import { Problem } from '@proofpix/contract/errors';
import type { PluginFootprint } from '@proofpix/contract/inspection';
import { withOrganisation } from '../../../db/tenancy.ts';
import { fillDefaults, schemaOf } from '@proofpix/host/plugin-config';
import { findConfig } from '../config/queries.ts';
import type { PluginParts } from '../parts.ts';
import { findInstallation } from '../queries.ts';
import { countRows, findDependents, findOthersOf } from './queries.ts';

/** What uninstalling would take away. @throws Problem plugin_not_found */
export async function readFootprint(
  { db, capabilities }: Pick<PluginParts, 'db' | 'capabilities'>,
  { organisationId, pluginId }: { organisationId: string; pluginId: string },
): Promise<PluginFootprint> {
  const installation = await withOrganisation(db, organisationId, (tx) => findInstallation(tx, pluginId));
  if (!installation) throw new Problem('plugin_not_found');
  await capabilities.flush(installation.id);
  return withOrganisation(db, organisationId, async (tx) => {
    const declared = Object.keys(installation.manifest.customHooks ?? {});
    const others = await findOthersOf(tx, installation.id, declared);
    const config = await findConfig(tx, installation.id);
    const usual = fillDefaults(schemaOf(installation.manifest), {});
    const changed = Object.entries(config?.config ?? {}).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(usual[name]),
    );
    return {
      ...(await countRows(tx, { organisationId, installationId: installation.id })),
      settings: changed.length,
      secrets: config?.secrets_set.length ?? 0,
      hooks: [...Map.groupBy(others, ({ hook }) => hook)].map(([hook, rows]) => ({
        hook,
        plugins: rows.map((row) => row.plugin_id),
      })),
      dependents: await findDependents(tx, organisationId, pluginId),
    };
  });
}
