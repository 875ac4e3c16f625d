import { Problem } from '@proofpix/contract/errors';
import type { Database } from '../../db/database.ts';
import { withOrganisation, type Tx } from '../../db/tenancy.ts';
import { storedBytes } from './queries.ts';

/** What one request or run may still store. `take` counts bytes before they are written. @throws Problem storage_full */
export type Allowance = Disposable & { take(bytes: number): void };

export type Allowances = {
  /** An early stop, so that the disk is not filled for nothing; what decides is `check` in the transaction that writes the rows. */
  open(organisationId: string): Promise<Allowance>;
  /** Called after the rows were written, under the lock of the organisation's objects. @throws Problem storage_full */
  check(tx: Tx, organisationId: string): Promise<void>;
};

export function createAllowances(db: Database, quota: number): Allowances {
  /** Bytes that are arriving right now, by organisation: many uploads at once must not fill the disk beyond the quota. */
  const arriving = new Map<string, number>();
  return {
    async open(organisationId) {
      const used = await withOrganisation(db, organisationId, (tx) => storedBytes(tx, organisationId));
      let taken = 0;
      return {
        take(bytes) {
          const together = (arriving.get(organisationId) ?? 0) + bytes;
          if (used + together > quota) throw new Problem('storage_full');
          arriving.set(organisationId, together);
          taken += bytes;
        },
        [Symbol.dispose]() {
          const left = (arriving.get(organisationId) ?? 0) - taken;
          if (left > 0) arriving.set(organisationId, left);
          else arriving.delete(organisationId);
        },
      };
    },
    async check(tx, organisationId) {
      if ((await storedBytes(tx, organisationId)) > quota) throw new Problem('storage_full');
    },
  };
}
