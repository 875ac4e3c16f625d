import type { Database } from '../../db/database.ts';
import { asSystem, withOrganisation, type Tx } from '../../db/tenancy.ts';
import type { Trail } from './queries.ts';
import type { Sealing } from './seal/keep-sealing.ts';
import type { TrailSigner } from './seal/trail-signer.ts';

export type AuditParts = { db: Database; signer: TrailSigner; sealing: Pick<Sealing, 'now'> };

/** Reads and writes one trail. That of the server has no organisation, so it is a listed exception. */
export function inTrail<T>(db: Database, trail: Trail, work: (tx: Tx) => Promise<T>): Promise<T> {
  return trail === null ? asSystem(db, 'audit', work) : withOrganisation(db, trail, work);
}
