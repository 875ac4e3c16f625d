import type { Installation } from '@proofpix/host/capabilities';
import { withOrganisation } from '../../../db/tenancy.ts';
import { insertEvents } from '../history/queries.ts';
import type { PluginParts } from '../parts.ts';
import { moveState } from '../queries.ts';
import { tellChanged } from '../tell-changed.ts';
import { changedSentence } from './changed-sentence.ts';
import { recordAct, systemActor } from '../../audit/record-act.ts';

type Parts = Pick<PluginParts, 'db' | 'capabilities' | 'events' | 'log'>;

/**
 * A package that was changed in the store does not run, and its organisation is told. Without the plugin's turn: whoever
 * finds it out is loading the plugin at that moment.
 */
export async function reportChange(parts: Parts, installation: Installation, found: string): Promise<void> {
  const { id, organisationId, pluginId, version, digest } = installation;
  parts.log.error({ organisationId, plugin: pluginId, version, digest, found }, 'a stored package was changed');
  const evidence = { installed: digest, found };
  parts.capabilities.violation(installation, { type: 'package_changed', detail: changedSentence, evidence });
  await withOrganisation(parts.db, organisationId, async (tx) => {
    const from = ['loaded', 'unloaded', 'failed'] as const;
    if (!(await moveState(tx, id, { from, to: 'failed', reason: changedSentence }))) return;
    const detail = { version, digest, found };
    const actor = systemActor('package-check');
    await insertEvents(tx, [{ organisationId, id, type: 'plugin:package-changed', detail, actor }]);
    await recordAct(tx, {
      organisationId,
      actor,
      act: 'plugin.package-changed',
      subject: { kind: 'plugin', id: pluginId },
      before: { version, digest },
      after: { state: 'failed', found },
    });
  });
  tellChanged(parts, { organisationId, pluginId }, 'state');
}
