import { Problem } from '@proofpix/contract/errors';
import { withOrganisation } from '../../../db/tenancy.ts';
import { insertEvents } from '../history/queries.ts';
import type { Actor, PluginParts } from '../parts.ts';
import { findInstallation } from '../queries.ts';
import { configErrors, putSecrets, schemaOf, takeSecrets, type ConfigObject } from './plugin-config.ts';
import { showConfig, type ShownConfig } from './read-config.ts';
import { openConfig, storeConfig } from './stored-config.ts';

/** Replaces the configuration. A secret that is left out keeps its value; null forgets it. */
export async function updateConfig(
  {
    db,
    keys,
    host,
    installations,
    capabilities,
    log,
  }: Pick<PluginParts, 'db' | 'keys' | 'host' | 'installations' | 'capabilities' | 'log'>,
  request: { organisationId: string; pluginId: string; actor: Actor; config: ConfigObject },
): Promise<ShownConfig> {
  const { organisationId, pluginId, actor } = request;
  return installations.locked(organisationId, pluginId, async () => {
    const done = await withOrganisation(db, organisationId, async (tx) => {
      const installation = await findInstallation(tx, pluginId);
      if (!installation) throw new Problem('plugin_not_found');
      const owner = { organisationId, id: installation.id };
      const schema = schemaOf(installation.manifest);
      const before = await openConfig(tx, keys, owner);
      const given = takeSecrets(schema, request.config);
      const kept = Object.entries(before.secrets).filter(([pointer]) => !given.forgotten.includes(pointer));
      const secrets = { ...Object.fromEntries(kept), ...given.secrets };
      const wrong = [...given.wrong, ...configErrors(schema, putSecrets(schema, given.config, secrets))];
      if (wrong.length > 0) throw new Problem('config_invalid', undefined, wrong);
      await storeConfig(tx, keys, owner, { config: given.config, secrets, actor });
      // Which secrets were set is told, never their values.
      const detail = { secretsSet: Object.keys(given.secrets), secretsForgotten: given.forgotten };
      await insertEvents(tx, [{ ...owner, type: 'plugin:configured', detail, actor }]);
      return { id: installation.id, shown: await showConfig(tx, installation) };
    });
    capabilities.secretsChanged(done.id);
    if (installations.has(done.id)) {
      // The new configuration is in force whatever the plugin makes of the news: what it throws stands in its metrics and log.
      await host.configure(done.id).catch((error: unknown) => log.warn({ err: error }, 'onConfigUpdate failed'));
    }
    return done.shown;
  });
}
