import type { AuditHead, AuditVerdict } from '@proofpix/contract/audit-record';
import { createChainCheck } from '@proofpix/evidence/audit/check-chain';
import { inTrail, type AuditParts } from '../open-trail.ts';
import { findCut, findHead, readActs, readHeads, type Trail } from '../queries.ts';
import { recordAct, type Actor } from '../record-act.ts';
import { nameOfTrail, showAct, showHead } from '../show-act.ts';

const batchActs = 500;
/** Higher than any position: the check itself says where the trail ends. */
const toTheEnd = Number.MAX_SAFE_INTEGER;

type Verification = { trail: Trail; actor: Actor; head: AuditHead | undefined; signal: AbortSignal };

/**
 * Computes the chain anew, batch by batch, so that a long trail holds neither memory nor the database. What is recorded
 * meanwhile is checked too. That somebody checked, and what came out, is recorded.
 */
export async function verifyTrail(parts: AuditParts, verification: Verification): Promise<AuditVerdict> {
  const { trail, actor, head, signal } = verification;
  await parts.sealing.now(trail);
  const ours = new Set(await parts.signer.keysOf(trail));
  const check = createChainCheck({
    trail: nameOfTrail(trail),
    isOurs: (publicKey) => ours.has(publicKey),
    witnessed: head === undefined ? [] : [head],
  });
  const cut = await inTrail(parts.db, trail, (tx) => findCut(tx, trail));
  if (cut !== undefined) check.begin(showHead(cut));
  for (let after = cut?.position ?? 0; ;) {
    signal.throwIfAborted();
    const from = after;
    const batch = await inTrail(parts.db, trail, async (tx) => {
      const acts = await readActs(tx, { trail, after: from, upTo: toTheEnd, limit: batchActs });
      const upTo = acts.at(-1)?.position ?? toTheEnd;
      return { acts, heads: await readHeads(tx, { trail, after: from, upTo }) };
    });
    const fault = check.add(batch.acts.map(showAct), batch.heads.map(showHead));
    if (batch.acts.length === 0 || fault !== null) break;
    after = batch.acts.at(-1)?.position ?? toTheEnd;
  }
  const verdict = check.end();
  await inTrail(parts.db, trail, async (tx) => {
    const newest = await findHead(tx, trail);
    await recordAct(tx, {
      organisationId: trail,
      actor,
      act: 'audit.verify',
      subject: { kind: 'audit', id: nameOfTrail(trail) },
      after: {
        intact: verdict.intact,
        checked: verdict.checked,
        head: newest?.position ?? null,
        fault: verdict.fault === null ? null : { kind: verdict.fault.kind, position: verdict.fault.position },
      },
    });
  });
  return verdict;
}
