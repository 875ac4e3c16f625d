import { verify } from '@noble/ed25519';
import type { AuditCut, AuditHead, AuditRecord } from '@proofpix/contract/audit-record';
import { canonicalJson } from '@proofpix/contract/canonical-json';
import { ed25519KeyBytes, strictBase64 } from '@proofpix/contract/ed25519-key';
import type { Json } from '@proofpix/contract/json';
import '../attestation.ts'; // gives the library its hash
import { sha256Hex } from '../checksum.ts';

/** What is sealed of an act. Everything about people is in it by its digest only, so that it can be erased. */
export type SealedContent = Pick<
  AuditRecord,
  | 'id'
  | 'act'
  | 'result'
  | 'actor'
  | 'requestId'
  | 'subject'
  | 'reason'
  | 'before'
  | 'after'
  | 'personalDigest'
  | 'detailsDigest'
  | 'at'
>;
type Link = { trail: string; position: number; previous: string | null };

/** The trail and the position are hashed too: an act is worth nothing in another trail or at another place. */
export function hashOfAct({ trail, position, previous }: Link, act: SealedContent): string {
  const { id, result, requestId, subject, reason, before, after, personalDigest, detailsDigest, at } = act;
  const { kind, id: actor, role, via } = act.actor;
  const content = {
    trail,
    position,
    previous,
    id,
    act: act.act,
    result,
    actor: { kind, id: actor, role, via },
    requestId,
    subject: { kind: subject.kind, id: subject.id },
    personalDigest,
    at,
  };
  // Acts of older versions have what was said in the chain itself; so has one that says nothing.
  if (detailsDigest == null)
    return sha256Hex(`proofpix-audit-act-v1\n${canonicalJson({ ...content, reason, before, after })}`);
  return sha256Hex(`proofpix-audit-act-v2\n${canonicalJson({ ...content, detailsDigest })}`);
}

type Details = Pick<AuditRecord, 'reason' | 'before' | 'after'>;

/** Of what was said about an act: free words and fields, in which people may be named. */
export function detailsDigest({ reason, before, after }: Details, salt: Uint8Array): string {
  return personalDigest({ reason, before, after }, salt);
}

export function personalDigest(personal: { readonly [name: string]: Json }, salt: Uint8Array): string {
  const data = new TextEncoder().encode(canonicalJson(personal));
  const salted = new Uint8Array(salt.length + data.length);
  salted.set(salt);
  salted.set(data, salt.length);
  return sha256Hex(salted);
}

/** Begins with a name of its own: no signature over anything else can stand in for it. */
export function headText({ trail, position, hash, signedAt }: Omit<AuditHead, 'publicKey' | 'signature'>): string {
  return [
    'proofpix-audit-head-v1',
    `trail: ${trail}`,
    `position: ${position}`,
    `sha256: ${hash}`,
    `time: ${signedAt}`,
    '',
  ].join('\n');
}

/** That everything up to a position was deleted: whoever has only the database cannot say so. */
export function cutText({ trail, position, hash, signedAt }: Omit<AuditCut, 'publicKey' | 'signature'>): string {
  return [
    'proofpix-audit-cut-v1',
    `trail: ${trail}`,
    `position: ${position}`,
    `sha256: ${hash}`,
    `time: ${signedAt}`,
    '',
  ].join('\n');
}

export function signatureFits(head: AuditHead, text: string = headText(head)): boolean {
  try {
    const [key, signature] = [ed25519KeyBytes(head.publicKey), strictBase64(head.signature)];
    if (key === null || signature?.length !== 64) return false;
    return verify(signature, new TextEncoder().encode(text), key, { zip215: false });
  } catch {
    return false; // a point that is none
  }
}
