import type { AuditHead, AuditRecord } from '@proofpix/contract/audit-record';
import type { ActRow, HeadRow, Trail } from './queries.ts';

/** As the trail is called in what is hashed and signed. */
export function nameOfTrail(trail: Trail): string {
  return trail ?? 'server';
}

export function showAct(row: ActRow): AuditRecord {
  return {
    id: row.id,
    position: row.position,
    act: row.act,
    result: row.result,
    actor: { kind: row.actor_kind, id: row.actor_id, role: row.role, via: row.via },
    requestId: row.request_id,
    subject: { kind: row.subject_kind, id: row.subject_id },
    reason: row.reason,
    before: row.before,
    after: row.after,
    personal: row.personal,
    personalSalt: hex(row.personal_salt),
    personalDigest: hex(row.personal_digest),
    detailsSalt: hex(row.details_salt),
    detailsDigest: hex(row.details_digest),
    at: row.created_at.toISOString(),
    previous: hex(row.previous),
    hash: hex(row.hash),
  };
}

export function showHead(row: HeadRow): AuditHead {
  return {
    trail: nameOfTrail(row.organisation_id),
    position: row.position,
    hash: Buffer.from(row.hash).toString('hex'),
    signedAt: row.signed_at.toISOString(),
    publicKey: row.public_key,
    signature: row.signature,
  };
}

function hex(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString('hex');
}
