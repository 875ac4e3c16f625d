import { sql } from 'kysely';
import { limits } from '@proofpix/contract/limits';
import type { Tx } from '../../../db/tenancy.ts';

type Owned = { organisationId: string; userId: string };
export type SessionKind = 'cookie' | 'bearer';

/** Those that are over go at the same time, and a member's oldest beyond the limit. */
export async function insertSession(
  tx: Tx,
  row: Owned & {
    hash: Uint8Array | null;
    kind: SessionKind;
    by: string;
    userAgent: string | null;
    address: string;
    expiresAt: Date;
  },
): Promise<string> {
  const { organisationId, userId } = row;
  await tx
    .deleteFrom('sessions')
    .where('expires_at', '<', sql<Date>`clock_timestamp()`)
    .execute();
  await tx
    .deleteFrom('sessions')
    .where('id', 'in', (query) =>
      query
        .selectFrom('sessions')
        .select('id')
        .where('organisation_id', '=', organisationId)
        .where('user_id', '=', userId)
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .offset(limits.sessionsPerMember - 1),
    )
    .execute();
  const { id } = await tx
    .insertInto('sessions')
    .values({
      organisation_id: organisationId,
      user_id: userId,
      token_hash: row.hash,
      kind: row.kind,
      signed_in_by: row.by,
      user_agent: row.userAgent?.replaceAll('\0', '').slice(0, 300) ?? null,
      address: row.address,
      expires_at: row.expiresAt,
      last_used_at: sql`clock_timestamp()`,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

export async function deleteSessionOfCookie(tx: Tx, hash: Uint8Array): Promise<void> {
  await tx.deleteFrom('sessions').where('token_hash', '=', hash).execute();
}

export async function insertRefreshToken(
  tx: Tx,
  row: { organisationId: string; sessionId: string; hash: Uint8Array },
): Promise<void> {
  await tx
    .insertInto('refresh_tokens')
    .values({ organisation_id: row.organisationId, session_id: row.sessionId, token_hash: row.hash })
    .execute();
}

export type RefreshRow = {
  id: string;
  used_at: Date | null;
  session_id: string;
  organisation_id: string;
  user_id: string;
  expires_at: Date;
  user_agent: string | null;
};

/** Locked: of two that bring the same token at once, the second sees what the first did with it. */
export async function holdRefreshToken(tx: Tx, hash: Uint8Array): Promise<RefreshRow | undefined> {
  return tx
    .selectFrom('refresh_tokens as t')
    .innerJoin('sessions as s', 's.id', 't.session_id')
    .select(['t.id', 't.used_at', 't.session_id', 's.organisation_id', 's.user_id', 's.expires_at', 's.user_agent'])
    .where('t.token_hash', '=', hash)
    .where('s.expires_at', '>', sql<Date>`clock_timestamp()`)
    .forUpdate('t')
    .executeTakeFirst();
}

export async function useRefreshToken(tx: Tx, { id, session_id }: RefreshRow): Promise<void> {
  await tx
    .updateTable('refresh_tokens')
    .set({ used_at: sql`clock_timestamp()` })
    .where('id', '=', id)
    .execute();
  await tx
    .updateTable('sessions')
    .set({ last_used_at: sql`clock_timestamp()` })
    .where('id', '=', session_id)
    .execute();
}

export type SessionRow = {
  id: string;
  kind: SessionKind;
  user_agent: string | null;
  address: string | null;
  organisation_name: string;
  created_at: Date;
  last_used_at: Date | null;
  expires_at: Date;
};

/** Of a person, in all their organisations. */
export async function findSessions(tx: Tx, userId: string): Promise<SessionRow[]> {
  return tx
    .selectFrom('sessions as s')
    .innerJoin('organisations as o', 'o.id', 's.organisation_id')
    .select([
      's.id',
      's.kind',
      's.user_agent',
      's.address',
      'o.name as organisation_name',
      's.created_at',
      's.last_used_at',
      's.expires_at',
    ])
    .where('s.user_id', '=', userId)
    .where('s.expires_at', '>', sql<Date>`clock_timestamp()`)
    .orderBy('s.created_at', 'desc')
    .orderBy('s.id', 'desc')
    .execute();
}

/** How long its person is told of a session that ended for a stolen token. */
const toldDays = 30;

export async function insertReuse(tx: Tx, row: RefreshRow, address: string): Promise<void> {
  await tx.deleteFrom('session_reuses').where('created_at', '<', daysAgo(toldDays)).execute();
  const { organisation_id, user_id, user_agent } = row;
  await tx.insertInto('session_reuses').values({ organisation_id, user_id, user_agent, address }).execute();
}

export async function findReuses(tx: Tx, userId: string) {
  return tx
    .selectFrom('session_reuses as r')
    .innerJoin('organisations as o', 'o.id', 'r.organisation_id')
    .select(['r.id', 'r.user_agent', 'r.address', 'r.created_at', 'o.name as organisation_name'])
    .where('r.user_id', '=', userId)
    .where('r.created_at', '>=', daysAgo(toldDays))
    .orderBy('r.created_at', 'desc')
    .orderBy('r.id', 'desc')
    .limit(limits.sessionsPerMember)
    .execute();
}

function daysAgo(days: number) {
  return sql<Date>`clock_timestamp() - make_interval(days => ${days})`;
}

export async function findSessionWay(tx: Tx, id: string): Promise<string | undefined> {
  const row = await tx.selectFrom('sessions').select('signed_in_by').where('id', '=', id).executeTakeFirst();
  return row?.signed_in_by;
}

/** Whether a member who went elsewhere is still signed in here. */
export async function isSessionOpen(tx: Tx, of: Owned & { id: string }): Promise<boolean> {
  const row = await tx
    .selectFrom('sessions')
    .select('id')
    .where('id', '=', of.id)
    .where('organisation_id', '=', of.organisationId)
    .where('user_id', '=', of.userId)
    .where('expires_at', '>', sql<Date>`clock_timestamp()`)
    .executeTakeFirst();
  return row !== undefined;
}

/** What came from the provider of an organisation, or all of its members but owners that did not. Gives how many. */
export async function deleteSessionsOfOrganisation(
  tx: Tx,
  { organisationId, from }: { organisationId: string; from: 'provider' | 'elsewhere' },
): Promise<number> {
  const ended = tx.deleteFrom('sessions').where('organisation_id', '=', organisationId);
  const query =
    from === 'provider'
      ? ended.where('signed_in_by', '=', 'sso')
      : ended
          .where('signed_in_by', '<>', 'sso')
          .where('user_id', 'in', (members) =>
            members
              .selectFrom('memberships')
              .select('user_id')
              .where('organisation_id', '=', organisationId)
              .where('role', '<>', 'owner'),
          );
  const { numDeletedRows } = await query.executeTakeFirst();
  return Number(numDeletedRows);
}

export type Ended = { id: string; organisation_id: string };

/** One of a person's, or all but one, or those of an organisation. */
export async function deleteSessions(
  tx: Tx,
  of: { userId: string; id?: string | undefined; except?: string | undefined; organisationId?: string },
): Promise<Ended[]> {
  let query = tx.deleteFrom('sessions').where('user_id', '=', of.userId);
  if (of.id !== undefined) query = query.where('id', '=', of.id);
  if (of.except !== undefined) query = query.where('id', '<>', of.except);
  if (of.organisationId !== undefined) query = query.where('organisation_id', '=', of.organisationId);
  return query.returning(['id', 'organisation_id']).execute();
}

/** Sign-ins that were begun, and links that nobody used yet. */
export async function deleteBegun(tx: Tx, userId: string): Promise<void> {
  await tx.deleteFrom('sign_in_challenges').where('user_id', '=', userId).execute();
  await tx.deleteFrom('sign_in_codes').where('user_id', '=', userId).execute();
}

export async function deleteApiTokensOf(tx: Tx, userId: string): Promise<Ended[]> {
  return tx.deleteFrom('api_tokens').where('user_id', '=', userId).returning(['id', 'organisation_id']).execute();
}
