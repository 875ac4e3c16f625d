import { Problem } from '@proofpix/contract/errors';
import { organisationGraceDays } from '@proofpix/contract/retention';
import type { Database } from '../../../db/database.ts';
import { runHook } from '@proofpix/host/run-hook';
import { asSystem, withOrganisation } from '../../../db/tenancy.ts';
import type { Caller } from '../../../http/bind.ts';
import { actorOf, recordAct, systemActor } from '../../audit/record-act.ts';
import { findOrganisationName } from '../../cases/queries.ts';
import { uninstallPlugin } from '../../plugins/uninstall-plugin.ts';
import type { PrivacyParts } from '../parts.ts';
import { provePerson } from '../../accounts/prove-person.ts';
import {
  countOrganisations,
  deleteOrganisation,
  deleteOrganisationErasure,
  findDueErasures,
  findOrganisationErasure,
  insertOrganisationErasure,
  listLoadedPlugins,
} from './queries.ts';

const dayMilliseconds = 86_400_000;

export async function readOrganisationErasure(db: Database, organisationId: string) {
  const row = await withOrganisation(db, organisationId, (tx) => findOrganisationErasure(tx, organisationId));
  return { eraseAt: row?.erase_at.toISOString() ?? null, askedAt: row?.created_at.toISOString() ?? null };
}

/** @throws Problem confirmation_wrong, only_organisation, and what `provePerson` throws */
export async function askForErasure(
  parts: Pick<PrivacyParts, 'db' | 'keys' | 'attempts'>,
  caller: Caller,
  given: { password?: string | undefined; code?: string | undefined; name: string },
) {
  await provePerson(parts, caller, given);
  const { organisationId, userId } = caller;
  await asSystem(parts.db, 'erase', async (tx) => {
    if (given.name.trim() !== (await findOrganisationName(tx, organisationId))) throw new Problem('confirmation_wrong');
    if ((await countOrganisations(tx)) === 1) throw new Problem('only_organisation');
    const eraseAt = new Date(Date.now() + organisationGraceDays * dayMilliseconds);
    await insertOrganisationErasure(tx, { organisationId, userId, eraseAt });
    await recordAct(tx, {
      organisationId,
      actor: actorOf(caller),
      act: 'organisation.erase',
      subject: { kind: 'organisation', id: organisationId },
      after: { eraseAt: eraseAt.toISOString() },
    });
  });
  return readOrganisationErasure(parts.db, organisationId);
}

export async function keepOrganisation(db: Database, caller: Caller) {
  const { organisationId } = caller;
  await asSystem(db, 'erase', async (tx) => {
    if (!(await deleteOrganisationErasure(tx, organisationId))) return;
    await recordAct(tx, {
      organisationId,
      actor: actorOf(caller),
      act: 'organisation.keep',
      subject: { kind: 'organisation', id: organisationId },
    });
  });
  return readOrganisationErasure(db, organisationId);
}

/**
 * Those whose time to think is over. Plugins first: their processes must not go on for nobody. Then all rows in one
 * transaction, then the bytes; an act of the server's own trail says that it was done, with the number of the organisation.
 */
export async function eraseDueOrganisations(
  { db, objects, host, log }: Pick<PrivacyParts, 'db' | 'objects' | 'host' | 'log'>,
  plugins: PrivacyParts['plugins'],
  now: Date,
): Promise<string[]> {
  const due = await asSystem(db, 'erase', (tx) => findDueErasures(tx, now));
  for (const organisationId of due) {
    // Once, while they still run: what they store here goes with the rows, what they told others only they know.
    await runHook(host, { organisationId, hook: 'data:erase', data: { event: { kind: 'organisation' } } }).catch(
      (error: unknown) => log.warn({ err: error }, 'plugins could not be told that their organisation is erased'),
    );
    for (const pluginId of await asSystem(db, 'erase', (tx) => listLoadedPlugins(tx, organisationId)))
      await uninstallPlugin(plugins, { organisationId, pluginId, actor: systemActor('erasure') });
    await asSystem(db, 'erase', async (tx) => {
      await deleteOrganisation(tx, organisationId);
      await recordAct(tx, {
        organisationId: null,
        actor: systemActor('erasure'),
        act: 'organisation.erase',
        subject: { kind: 'organisation', id: organisationId },
      });
    });
    await objects.removeAll(organisationId);
  }
  return due;
}
