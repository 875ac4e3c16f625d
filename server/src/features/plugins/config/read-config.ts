import { Problem } from '@proofpix/contract/errors';
import type { Json } from '@proofpix/contract/json';
import { withOrganisation, type Tx } from '../../../db/tenancy.ts';
import type { PluginParts } from '../parts.ts';
import { findInstallation, type InstallationRow } from '../queries.ts';
import { schemaOf, shownConfig, type ConfigObject } from '@proofpix/host/plugin-config';
import { findConfig } from './queries.ts';

export type ShownConfig = {
  config: ConfigObject;
  schema: ConfigObject | null;
  secretsSet: string[];
  updatedAt: string | null;
};

export async function readConfig(
  { db }: Pick<PluginParts, 'db'>,
  { organisationId, pluginId }: { organisationId: string; pluginId: string },
): Promise<ShownConfig> {
  return withOrganisation(db, organisationId, async (tx) => {
    const installation = await findInstallation(tx, pluginId);
    if (!installation) throw new Problem('plugin_not_found');
    return showConfig(tx, installation);
  });
}

export async function showConfig(tx: Tx, installation: InstallationRow): Promise<ShownConfig> {
  const row = await findConfig(tx, installation.id);
  const { configSchema } = installation.manifest;
  return {
    config: shownConfig(schemaOf(installation.manifest), row?.config ?? {}),
    schema: configSchema === undefined ? null : (configSchema as { readonly [key: string]: Json }), // a schema is JSON
    secretsSet: row ? [...row.secrets_set].sort() : [],
    // The row is made with the installation; until somebody sets it, it was never changed.
    updatedAt: row && row.updated_by !== null ? row.updated_at.toISOString() : null,
  };
}
