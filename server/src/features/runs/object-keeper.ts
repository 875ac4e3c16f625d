import type { Database } from '../../db/database.ts';
import { withOrganisation } from '../../db/tenancy.ts';
import type { Log } from '../../log.ts';
import type { Content, Objects, StoredObject } from '../../objects.ts';
import { lockObjects, unusedObjects } from './queries.ts';

/**
 * Stores the same bytes once, however many rows name them. So an object may go only when no row names it, and none is
 * about to: between the moment when bytes are on disk and the one when their row is committed, a delete of another run
 * with the same photo would take them away.
 */
export type ObjectKeeper = {
  /**
   * Bytes arrive and get their rows within `work`; objects of the organisation are removed before or after, not meanwhile.
   * When it fails, everything it put is removed again, unless something else needs the same bytes.
   */
  arrive<T>(organisationId: string, work: (put: Put) => Promise<T>): Promise<T>;
  /** Removes those of the objects that nothing needs. While bytes arrive it is put off until they have. */
  release(organisationId: string, digests: readonly string[]): Promise<void>;
};

export type Put = (content: Content, maxBytes: number) => Promise<StoredObject>;

type Turn = { arriving: number; released: Set<string>; removing: Promise<void> | null };

export function createObjectKeeper({ db, objects, log }: { db: Database; objects: Objects; log: Log }): ObjectKeeper {
  const turns = new Map<string, Turn>();

  function turnOf(organisationId: string): Turn {
    const known = turns.get(organisationId) ?? { arriving: 0, released: new Set(), removing: null };
    turns.set(organisationId, known);
    return known;
  }

  async function removeUnused(organisationId: string, digests: readonly string[]): Promise<void> {
    await withOrganisation(db, organisationId, async (tx) => {
      await lockObjects(tx, organisationId);
      for (const sha256 of await unusedObjects(tx, organisationId, digests))
        await objects.remove(organisationId, sha256);
    });
    await objects.arrived(organisationId, digests);
  }

  /** Until nothing is left to remove, or bytes arrive again. A failure leaves bytes without a row: logged, cleared at the next start. */
  async function settle(organisationId: string, turn: Turn): Promise<void> {
    while (turn.removing) await turn.removing;
    if (turn.arriving > 0) return;
    if (turn.released.size === 0) {
      // Not one that came after this was forgotten.
      if (turns.get(organisationId) === turn) turns.delete(organisationId);
      return;
    }
    const digests = [...turn.released];
    turn.released.clear();
    turn.removing = removeUnused(organisationId, digests)
      .catch((error: unknown) => log.error({ err: error }, 'objects that nothing needs could not be removed'))
      .finally(() => {
        turn.removing = null;
      });
    await turn.removing;
    await settle(organisationId, turn);
  }

  return {
    async arrive(organisationId, work) {
      const turn = turnOf(organisationId);
      turn.arriving += 1;
      const digests: string[] = [];
      try {
        while (turn.removing) await turn.removing;
        const result = await work(async (content, maxBytes) => {
          const stored = await objects.put(organisationId, content, { maxBytes, arriving: true });
          digests.push(stored.sha256);
          return stored;
        });
        await objects.arrived(organisationId, digests);
        return result;
      } catch (error) {
        for (const sha256 of digests) turn.released.add(sha256);
        throw error;
      } finally {
        turn.arriving -= 1;
        await settle(organisationId, turn);
      }
    },
    async release(organisationId, digests) {
      if (digests.length === 0) return;
      const turn = turnOf(organisationId);
      for (const sha256 of digests) turn.released.add(sha256);
      await settle(organisationId, turn);
    },
  };
}
