import type { AuditHead } from '@proofpix/contract/audit-record';
import { hashOfAct, headText } from '@proofpix/evidence/audit/chain';
import type { Database } from '../../../db/database.ts';
import { asSystem } from '../../../db/tenancy.ts';
import { findHead, type Trail } from '../queries.ts';
import { nameOfTrail, showAct, showHead } from '../show-act.ts';
import { findLastSealed, findUnsealed, insertHead, lockTrail, sealActs, type Sealed } from './queries.ts';
import type { TrailSigner } from './trail-signer.ts';

/** Acts of one transaction: a long backlog must not hold the embedded database for long. */
const batchActs = 500;

export type SealParts = { db: Database; signer: TrailSigner };

/**
 * Gives the acts of a trail that have none yet their places, chains them, and signs the last. Each batch is one
 * transaction: a crash leaves it as it was, and whoever comes next does it.
 * @returns the heads that were signed
 */
export async function sealTrail(parts: SealParts, trail: Trail, signal: AbortSignal): Promise<AuditHead[]> {
  const heads: AuditHead[] = [];
  while (!signal.aborted) {
    const { head, more } = await sealBatch(parts, trail);
    if (head !== null) heads.push(head);
    if (!more) break;
  }
  return heads;
}

async function sealBatch({ db, signer }: SealParts, trail: Trail): Promise<{ head: AuditHead | null; more: boolean }> {
  const sign = await signer.open(trail);
  return asSystem(db, 'audit', async (tx) => {
    await lockTrail(tx, trail);
    const acts = await findUnsealed(tx, trail, batchActs);
    if (acts.length === 0) return { head: null, more: false };
    // A head says more than the last act where acts were cut off: the chain goes on behind it, and shows the gap.
    const [last, signed] = [await findLastSealed(tx, trail), await findHead(tx, trail)];
    const before = signed !== undefined && signed.position > (last?.position ?? 0) ? showHead(signed) : last;
    const name = nameOfTrail(trail);
    const sealed: Sealed[] = [];
    let [position, previous] = [before?.position ?? 0, before?.hash ?? null];
    for (const act of acts) {
      position += 1;
      const hash = hashOfAct({ trail: name, position, previous }, showAct(act));
      sealed.push({ id: act.id, position, previous, hash });
      previous = hash;
    }
    await sealActs(tx, sealed);
    const facts = { trail: name, position, hash: previous ?? '', signedAt: new Date().toISOString() };
    const head: AuditHead = { ...facts, ...sign(headText(facts)) };
    await insertHead(tx, trail, head);
    return { head, more: acts.length === batchActs };
  });
}
