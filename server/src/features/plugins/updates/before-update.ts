import { userOf } from '../../audit/record-act.ts';
import { limits } from '@proofpix/contract/limits';
import { withOrganisation, type Tx } from '../../../db/tenancy.ts';
import type { Actor, PluginParts } from '../parts.ts';
import type { InstallationRow } from '../queries.ts';
import { lockStorage } from '../storage/queries.ts';
import { putBackValues } from './values/queries.ts';
import { deletePoint, prunePoints, takePoint } from './queries.ts';
import { noteArchives, type Leftovers } from './remove-archives.ts';

/** The state before an update, for the time in which both versions run. */
export type BeforeUpdate = {
  pointId: string;
  /** The update failed: what the new version stored is undone, and what the one before stored meanwhile stays. */
  undo(): Promise<void>;
};

/**
 * Taken before the new version runs its first line: what it stores while it is loaded is its own already. From then on,
 * calls of the version before that are still under way store into both.
 */
export async function keepBeforeUpdate(
  { db, capabilities, log }: Pick<PluginParts, 'db' | 'capabilities' | 'log'>,
  before: InstallationRow,
  { digest, actor }: { digest: string; actor: Actor },
): Promise<BeforeUpdate> {
  const { storage } = capabilities;
  const { id, organisation_id: organisationId } = before;
  // Whoever installs this content again wants it to work.
  storage.lift(id, digest);
  const pointId = await withOrganisation(db, organisationId, async (tx) => {
    await lockStorage(tx, id);
    const taken = await takePoint(tx, { installationId: id, reason: 'update', actor: userOf(actor) });
    // Before the lock is given back: whoever stores next stores into both.
    storage.mirror(id, { digest: before.digest, pointId: taken });
    return taken;
  }).catch((error: unknown) => {
    storage.mirror(id, null);
    throw error;
  });
  return {
    pointId,
    async undo() {
      storage.fence(id, digest);
      await withOrganisation(db, organisationId, async (tx) => {
        await lockStorage(tx, id);
        await putBackValues(tx, { pointId, installationId: id });
        await deletePoint(tx, pointId);
      }).catch((error: unknown) => log.error({ err: error }, 'what a failed update stored could not be undone'));
      storage.mirror(id, null);
    },
  };
}

/** The oldest points go; gives the archives that may be left over. */
export async function prune(
  tx: Tx,
  { organisationId, id, actor }: { organisationId: string; id: string; actor: Actor },
): Promise<Leftovers> {
  return noteArchives(tx, { organisationId, digests: await prunePoints(tx, id, limits.restorePoints), actor });
}
