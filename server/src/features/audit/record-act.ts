import { randomBytes } from 'node:crypto';
import type { Role } from '@proofpix/contract/access';
import type { AuditAct } from '@proofpix/contract/audit';
import type { Json } from '@proofpix/contract/json';
import { detailsDigest, personalDigest } from '@proofpix/evidence/audit/chain';
import type { Tx } from '../../db/tenancy.ts';
import { jsonText } from '../../db/types.ts';
import type { Caller } from '../../http/bind.ts';
import { insertAct } from './queries.ts';

/** What somebody proved themselves with: a credential, the link of a mail, or what a provider said. */
type Via = Caller['credential'] | 'link' | 'single_sign_on';

/** Who does something: a member through a request, or a part of the server by its name. */
export type Actor =
  | { kind: 'member'; id: string; role: Role; via: Via; address: string; requestId: string }
  | { kind: 'system'; id: string };

type Fields = { readonly [name: string]: Json };

export type Act = {
  /** Null for what belongs to no organisation: it stands in the trail of the server itself, written as system. */
  organisationId: string | null;
  actor: Actor;
  act: AuditAct;
  /** To what it is done. Never a name or an e-mail address: those are `personal`. */
  subject: { kind: string; id: string };
  /** `refused`: it was tried. */
  result?: 'done' | 'refused';
  /** What was given as the reason, by a person or by a rule. */
  reason?: string;
  /** The fields that change, with secrets left out or masked by whoever records. */
  before?: Fields;
  after?: Fields;
  /**
   * Everything about people: names, e-mail addresses, network addresses. Kept apart under a salted digest, so that it can be
   * erased and the trail still be checked.
   */
  personal?: Fields;
};

/** Writes an act into the trail of its organisation, in the transaction of its effect: both are there or neither. */
export async function recordAct(tx: Tx, act: Act): Promise<void> {
  const { actor } = act;
  const given: Fields = { ...act.personal, ...(actor.kind === 'member' ? { address: actor.address } : {}) };
  // As the database will give it back: the digest is of that.
  const personal = JSON.parse(jsonText(given)) as Fields;
  const hasPersonal = Object.keys(personal).length > 0;
  const salt = hasPersonal ? randomBytes(16) : null;
  const said = JSON.parse(
    jsonText({ reason: act.reason?.slice(0, 2_000) ?? null, before: act.before ?? null, after: act.after ?? null }),
  ) as { reason: string | null; before: Fields | null; after: Fields | null };
  const saysAnything = said.reason !== null || said.before !== null || said.after !== null;
  const detailsSalt = saysAnything ? randomBytes(16) : null;
  await insertAct(tx, {
    organisationId: act.organisationId,
    act: act.act,
    result: act.result ?? 'done',
    actorKind: actor.kind,
    actorId: actor.id,
    role: actor.kind === 'member' ? actor.role : null,
    via: actor.kind === 'member' ? actor.via : null,
    requestId: actor.kind === 'member' ? actor.requestId : null,
    subjectKind: act.subject.kind,
    subjectId: act.subject.id.slice(0, 300),
    ...said,
    personal: hasPersonal ? personal : null,
    personalSalt: salt,
    personalDigest: salt === null ? null : Buffer.from(personalDigest(personal, salt), 'hex'),
    detailsSalt,
    detailsDigest: detailsSalt === null ? null : Buffer.from(detailsDigest(said, detailsSalt), 'hex'),
  });
}

export function actorOf(caller: Caller): Actor {
  const { userId, role, credential, address, requestId } = caller;
  return { kind: 'member', id: userId, role, via: credential, address, requestId };
}

/** For columns that refer to people. */
export function userOf(actor: Actor): string | null {
  return actor.kind === 'member' ? actor.id : null;
}

/** @param id the job or rule that acts without anybody asking */
export function systemActor(id: string): Actor {
  return { kind: 'system', id };
}
