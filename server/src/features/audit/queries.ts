import { sql, type Selectable } from 'kysely';
import type { AuditAct } from '@proofpix/contract/audit';
import type { Json } from '@proofpix/contract/json';
import type { Tables } from '../../db/tables.ts';
import type { Tx } from '../../db/tenancy.ts';
import { jsonText } from '../../db/types.ts';
import { countedRows, type Position } from '../../http/paging.ts';
import { timeOrderedId } from '../plugins/history/time-ordered-id.ts';

/** The trail of an organisation by its id; null is the server's own. */
export type Trail = string | null;

type Fields = { readonly [name: string]: Json };

export type NewAct = {
  organisationId: string | null;
  act: AuditAct;
  result: 'done' | 'refused';
  actorKind: 'member' | 'system';
  actorId: string;
  role: string | null;
  via: string | null;
  requestId: string | null;
  subjectKind: string;
  subjectId: string;
  reason: string | null;
  before: Fields | null;
  after: Fields | null;
  personal: Fields | null;
  personalSalt: Uint8Array | null;
  personalDigest: Uint8Array | null;
  detailsSalt: Uint8Array | null;
  detailsDigest: Uint8Array | null;
};

export async function insertAct(tx: Tx, act: NewAct): Promise<void> {
  await tx
    .insertInto('audit_acts')
    .values({
      // Within one millisecond, which the embedded database's clock cannot tell apart, the order is ours.
      id: timeOrderedId().id,
      organisation_id: act.organisationId,
      act: act.act,
      result: act.result,
      actor_kind: act.actorKind,
      actor_id: act.actorId,
      role: act.role,
      via: act.via,
      request_id: act.requestId,
      subject_kind: act.subjectKind,
      subject_id: act.subjectId,
      reason: act.reason,
      before: act.before && jsonText(act.before),
      after: act.after && jsonText(act.after),
      personal: act.personal && jsonText(act.personal),
      personal_salt: act.personalSalt,
      personal_digest: act.personalDigest,
      details_salt: act.detailsSalt,
      details_digest: act.detailsDigest,
    })
    .execute();
}

export const actColumns = [
  'id',
  'position',
  'act',
  'result',
  'actor_kind',
  'actor_id',
  'role',
  'via',
  'request_id',
  'subject_kind',
  'subject_id',
  'reason',
  'before',
  'after',
  'personal',
  'personal_salt',
  'personal_digest',
  'details_salt',
  'details_digest',
  'created_at',
  'previous',
  'hash',
] as const;
export type ActRow = Pick<Selectable<Tables['audit_acts']>, (typeof actColumns)[number]>;
export type HeadRow = Selectable<Tables['audit_heads']>;

export type ActFilter = {
  act?: string | undefined;
  actor?: string | undefined;
  /** Of a kind, or one of them. */
  subjectKind?: string | undefined;
  subject?: string | undefined;
  result?: 'done' | 'refused' | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
  /** In ids and reasons. */
  search?: string | undefined;
};

/** Named in each query, also where row-level security says it too: the indexes begin with it. */
function actsOf(tx: Tx, trail: Trail, filter: ActFilter = {}) {
  const { act, actor, subjectKind, subject, result, from, to, search } = filter;
  let query = tx.selectFrom('audit_acts').where('organisation_id', trail === null ? 'is' : '=', trail);
  if (act !== undefined) query = query.where('act', '=', act);
  if (actor !== undefined) query = query.where('actor_id', '=', actor);
  if (subjectKind !== undefined) query = query.where('subject_kind', '=', subjectKind);
  if (subject !== undefined) query = query.where('subject_id', '=', subject);
  if (result !== undefined) query = query.where('result', '=', result);
  if (from !== undefined) query = query.where('created_at', '>=', from);
  if (to !== undefined) query = query.where('created_at', '<', to);
  if (search !== undefined) {
    // No trigram index: under row-level security PostgreSQL uses one only for operators that leak nothing, and ilike is none.
    // It was tried: with the index there, the acts of the organisation are read all the same.
    const pattern = `%${search.replaceAll(/[\\%_]/g, '\\$&')}%`;
    query = query.where((row) =>
      row.or((['subject_id', 'actor_id', 'request_id', 'reason'] as const).map((name) => row(name, 'ilike', pattern))),
    );
  }
  return query;
}

/** Newest first; one row more than the limit, to see whether there is another page. */
export async function listActs(
  tx: Tx,
  { trail, after, limit }: { trail: Trail; after: Position | null; limit: number },
  filter: ActFilter,
) {
  const own = actsOf(tx, trail, filter);
  const counted = await tx
    .selectFrom(own.select('id').limit(countedRows).as('counted'))
    .select((row) => row.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const rows = await own
    .select(actColumns)
    .$if(after !== null, (page) => page.where(sql<boolean>`(created_at, id) < (${after?.at}, ${after?.id}::uuid)`))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  return { rows, counted: Number(counted.count) };
}

/** Names of those who acted, as far as they are still members. */
export async function findActorNames(tx: Tx, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await tx
    .selectFrom('users')
    .select(['id', 'name'])
    .where('id', 'in', [...ids])
    .execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** Sealed acts in the order of the chain, behind a position and up to another. */
export async function readActs(
  tx: Tx,
  { trail, after, upTo, limit }: { trail: Trail; after: number; upTo: number; limit: number },
  filter: ActFilter = {},
): Promise<ActRow[]> {
  return actsOf(tx, trail, filter)
    .select(actColumns)
    .where('position', '>', after)
    .where('position', '<=', upTo)
    .orderBy('position')
    .limit(limit)
    .execute();
}

/** The places in the chain between which all sealed acts of a period stand; null where there are none. */
export async function findSpan(
  tx: Tx,
  trail: Trail,
  period: { from: Date; to: Date },
): Promise<{ first: number; last: number } | null> {
  const { first, last } = await actsOf(tx, trail, period)
    .select((row) => [row.fn.min('position').as('first'), row.fn.max('position').as('last')])
    .executeTakeFirstOrThrow();
  return first === null || last === null ? null : { first: Number(first), last: Number(last) };
}

function headsOf(tx: Tx, trail: Trail) {
  return tx
    .selectFrom('audit_heads')
    .selectAll()
    .where('organisation_id', trail === null ? 'is' : '=', trail);
}

export async function readHeads(
  tx: Tx,
  { trail, after, upTo }: { trail: Trail; after: number; upTo: number },
): Promise<HeadRow[]> {
  return headsOf(tx, trail).where('position', '>', after).where('position', '<=', upTo).orderBy('position').execute();
}

export async function findHead(tx: Tx, trail: Trail): Promise<HeadRow | undefined> {
  return headsOf(tx, trail).orderBy('position', 'desc').limit(1).executeTakeFirst();
}

/** Where the trail begins; undefined where it is whole. */
export async function findCut(tx: Tx, trail: Trail): Promise<HeadRow | undefined> {
  return tx
    .selectFrom('audit_cuts')
    .selectAll()
    .where('organisation_id', trail === null ? 'is' : '=', trail)
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst();
}
