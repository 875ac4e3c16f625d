import { isDeepStrictEqual } from 'node:util';
import { Problem } from '@proofpix/contract/errors';
import { configErrors, putSecrets, schemaOf, takeSecrets, type ConfigObject } from '@proofpix/host/plugin-config';
import { withOrganisation } from '../../../db/tenancy.ts';
import { insertEvents } from '../history/queries.ts';
import type { Actor, PluginParts } from '../parts.ts';
import { findInstallation } from '../queries.ts';
import { prune } from '../updates/before-update.ts';
import { takePoint, watchPoint } from '../updates/queries.ts';
import { removeArchives } from '../updates/remove-archives.ts';
import { tellChanged } from '../tell-changed.ts';
import { showConfig, type ShownConfig } from './read-config.ts';
import { openConfig, storeConfig } from './stored-config.ts';
import { recordAct, userOf } from '../../audit/record-act.ts';
import { changedFields } from '../../audit/changed-fields.ts';

/** Replaces the configuration. A secret that is left out keeps its value; null forgets it. */
export async function updateConfig(
  {
    db,
    keys,
    objects,
    watch,
    host,
    installations,
    capabilities,
    events,
    log,
  }: Pick<
    PluginParts,
    'db' | 'keys' | 'objects' | 'watch' | 'host' | 'installations' | 'capabilities' | 'events' | 'log'
  >,
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
      await watchPoint(tx, owner.id, null);
      const isOther = !isDeepStrictEqual([given.config, secrets], [before.config, before.secrets]);
      if (isOther) await takePoint(tx, { installationId: owner.id, reason: 'config', actor: userOf(actor) });
      await storeConfig(tx, keys, owner, { config: given.config, secrets, actor });
      const leftovers = await prune(tx, { ...owner, actor });
      // Which secrets were set is told, never their values.
      const detail = { secretsSet: Object.keys(given.secrets), secretsForgotten: given.forgotten };
      await insertEvents(tx, [{ ...owner, type: 'plugin:configured', detail, actor }]);
      // By the schema of now: what an older one kept as plain text may be a secret today.
      const changed = changedFields(takeSecrets(schema, before.config).config, given.config);
      await recordAct(tx, {
        organisationId,
        actor,
        act: 'plugin.configure',
        subject: { kind: 'plugin', id: pluginId },
        before: changed.before,
        after: { ...changed.after, ...detail },
      });
      return { id: installation.id, shown: await showConfig(tx, installation), leftovers };
    });
    watch.end(done.id);
    capabilities.secretsChanged(done.id);
    await removeArchives({ db, objects, log }, organisationId, done.leftovers);
    if (installations.has(done.id)) {
      // The new configuration is in force whatever the plugin makes of the news: what it throws stands in its metrics and log.
      await host.configure(done.id).catch((error: unknown) => log.warn({ err: error }, 'onConfigUpdate failed'));
    }
    tellChanged({ events }, request, 'config');
    return done.shown;
  });
}
