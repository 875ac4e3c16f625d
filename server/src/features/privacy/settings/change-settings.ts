import type { Database } from '../../../db/database.ts';
import { withOrganisation } from '../../../db/tenancy.ts';
import type { Caller } from '../../../http/bind.ts';
import { changedFields } from '../../audit/changed-fields.ts';
import { actorOf, recordAct } from '../../audit/record-act.ts';
import { findSettings, saveSettings, type Settings } from './queries.ts';

/** What the trail tells of it. Of the controller only that it changed: it names people. */
const told = ({ retention, deletePhotos }: Settings) => ({ ...retention, deletePhotos });

export async function changeSettings(db: Database, caller: Caller, settings: Settings): Promise<Settings> {
  const { organisationId, userId } = caller;
  return withOrganisation(db, organisationId, async (tx) => {
    const before = await findSettings(tx, organisationId);
    await saveSettings(tx, { organisationId, userId, settings });
    const changes = changedFields(told(before), told(settings));
    const controller = JSON.stringify(before.controller) !== JSON.stringify(settings.controller);
    await recordAct(tx, {
      organisationId,
      actor: actorOf(caller),
      act: 'privacy.change',
      subject: { kind: 'organisation', id: organisationId },
      before: changes.before,
      after: { ...changes.after, ...(controller ? { controllerChanged: true } : {}) },
    });
    return settings;
  });
}
