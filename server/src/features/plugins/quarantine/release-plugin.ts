import type { Plugin } from '@proofpix/contract/api/plugins';
import { Problem } from '@proofpix/contract/errors';
import type { Events } from '../../../events.ts';
import { withOrganisation } from '../../../db/tenancy.ts';
import { insertEvents } from '../history/queries.ts';
import type { Actor, PluginParts } from '../parts.ts';
import { findById, findInstallation, setState } from '../queries.ts';
import { circuitOf, showPlugin } from '../show-plugin.ts';
import { recordAct, userOf } from '../../audit/record-act.ts';

type Parts = Pick<PluginParts, 'db' | 'host' | 'installations' | 'log'> & { events: Events };
type Request = { organisationId: string; pluginId: string; actor: Actor; reason: string };

/**
 * Lifts a quarantine: the plugin is unloaded then, and whoever wants it to run loads it. One that rests, or was switched
 * off after many failures, can be called at once. Anything else stays as it is. @throws Problem plugin_not_found
 */
export async function releasePlugin(parts: Parts, request: Request): Promise<Plugin> {
  const { organisationId, pluginId, actor, reason } = request;
  const { db, host, installations, log, events } = parts;
  return installations.locked(organisationId, pluginId, async () => {
    const row = await withOrganisation(db, organisationId, (tx) => findInstallation(tx, pluginId));
    if (!row) throw new Problem('plugin_not_found');
    const quarantined = row.state === 'quarantined';
    if (!quarantined && circuitOf(host, row.id).state === 'closed') return showPlugin(row, host);
    // The row first: what the caller is told must hold after a crash in between.
    const released = await withOrganisation(db, organisationId, async (tx) => {
      if (quarantined) await setState(tx, row.id, 'unloaded');
      else if (row.state === 'failed') await setState(tx, row.id, 'loaded');
      const { version, digest, state: from, state_reason } = row;
      const detail = { version, digest, from, was: state_reason, reason };
      await insertEvents(tx, [{ organisationId, id: row.id, type: 'plugin:released', detail, actor }]);
      await recordAct(tx, {
        organisationId,
        actor,
        act: 'plugin.release',
        subject: { kind: 'plugin', id: pluginId },
        reason,
        before: { state: from, stateReason: state_reason, version, digest },
      });
      return findById(tx, row.id);
    });
    if (!released) throw new Problem('plugin_not_found');
    host.release(row.id);
    log.warn({ organisationId, plugin: pluginId, actor: userOf(actor), reason }, 'a plugin was released');
    events.publish(organisationId, { type: 'plugin:released', plugin: pluginId });
    return showPlugin(released, host);
  });
}
