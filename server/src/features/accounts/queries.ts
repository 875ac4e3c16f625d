import { sql, type Selectable } from 'kysely';
import type { Plan, Role } from '@proofpix/contract/access';
import type { Database } from '../../db/database.ts';
import type { Tables } from '../../db/tables.ts';
import type { Tx } from '../../db/tenancy.ts';

export type CallerRow = {
  credential_id: string;
  credential: 'cookie' | 'bearer' | 'api_token';
  user_id: string;
  organisation_id: string;
  role: Role;
  plan: Plan;
  is_operator: boolean;
  last_used_at: Date | null;
};

/** One indexed query without a transaction: asked at every request, so that what was removed stops at once. */
export async function findCaller(db: Database, tokenHash: Uint8Array): Promise<CallerRow | undefined> {
  const { rows } = await sql<CallerRow>`
    select credential_id, credential, user_id, organisation_id, role, plan, is_operator, last_used_at
    from find_caller(${tokenHash})`.execute(db.kysely);
  return rows[0];
}

export async function touchApiToken(tx: Tx, id: string): Promise<void> {
  await tx
    .updateTable('api_tokens')
    .set({ last_used_at: sql`clock_timestamp()` })
    .where('id', '=', id)
    .execute();
}

export type MembershipRow = {
  user_id: string;
  email: string;
  name: string;
  role: Role;
  organisation_id: string;
  organisation_name: string;
  plan: Plan;
  is_operator: boolean;
};

function memberships(tx: Tx) {
  return tx
    .selectFrom('memberships as m')
    .innerJoin('users as u', 'u.id', 'm.user_id')
    .innerJoin('organisations as o', 'o.id', 'm.organisation_id')
    .select([
      'm.user_id',
      'u.email',
      'u.name',
      'm.role',
      'm.organisation_id',
      'o.name as organisation_name',
      'o.plan',
      'u.is_operator',
    ])
    .orderBy('m.created_at')
    .orderBy('m.organisation_id');
}

export async function findMembership(
  tx: Tx,
  userId: string,
  organisationId?: string,
): Promise<MembershipRow | undefined> {
  const query = memberships(tx).where('m.user_id', '=', userId).limit(1);
  return (
    organisationId === undefined ? query : query.where('m.organisation_id', '=', organisationId)
  ).executeTakeFirst();
}

export async function findUser(tx: Tx, email: string): Promise<Selectable<Tables['users']> | undefined> {
  return tx.selectFrom('users').selectAll().where('email', '=', email).executeTakeFirst();
}

export async function insertUser(
  tx: Tx,
  user: { email: string; name: string; passwordHash: string | null; operator: boolean },
): Promise<string | undefined> {
  const row = await tx
    .insertInto('users')
    .values({ email: user.email, name: user.name, password_hash: user.passwordHash, is_operator: user.operator })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returning('id')
    .executeTakeFirst();
  return row?.id;
}

export async function setPassword(tx: Tx, userId: string, passwordHash: string): Promise<void> {
  await tx.updateTable('users').set({ password_hash: passwordHash }).where('id', '=', userId).execute();
}

export async function insertMembership(
  tx: Tx,
  row: { organisationId: string; userId: string; role: Role },
): Promise<Date> {
  const { created_at } = await tx
    .insertInto('memberships')
    .values({ organisation_id: row.organisationId, user_id: row.userId, role: row.role })
    .returning('created_at')
    .executeTakeFirstOrThrow();
  return created_at;
}

export async function insertOrganisation(tx: Tx, row: { name: string; plan: Plan }): Promise<string | undefined> {
  const inserted = await tx
    .insertInto('organisations')
    .values(row)
    .onConflict((conflict) => conflict.expression(sql`lower(name)`).doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted?.id;
}

export async function findFirstOrganisation(tx: Tx): Promise<{ id: string; plan: Plan } | undefined> {
  return tx
    .selectFrom('organisations')
    .select(['id', 'plan'])
    .orderBy('created_at')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
}

/** Who the link of a start signs in: an operator first, else the oldest owner. */
export async function findFirstOwner(tx: Tx): Promise<MembershipRow | undefined> {
  return memberships(tx)
    .clearOrderBy()
    .where('m.role', '=', 'owner')
    .orderBy('u.is_operator', 'desc')
    .orderBy('m.created_at')
    .limit(1)
    .executeTakeFirst();
}

/** Two servers that start on one empty database: the second waits, then finds what the first made. */
export async function lockFirstStart(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(7020211)`.execute(tx);
}

/** Whether anybody could ever sign in: then the first start was finished. */
export async function hasCredentials(tx: Tx, organisationId: string): Promise<boolean> {
  const of = (table: 'sign_in_codes' | 'sessions' | 'api_tokens') =>
    tx.selectFrom(table).select('id').where('organisation_id', '=', organisationId).limit(1).executeTakeFirst();
  return Boolean((await of('sign_in_codes')) ?? (await of('sessions')) ?? (await of('api_tokens')));
}

type Owned = { organisationId: string; userId: string };

export async function insertSession(
  tx: Tx,
  row: Owned & { hash: Uint8Array; kind: 'cookie' | 'bearer'; expiresAt: Date },
): Promise<void> {
  await tx
    .insertInto('sessions')
    .values({
      organisation_id: row.organisationId,
      user_id: row.userId,
      token_hash: row.hash,
      kind: row.kind,
      expires_at: row.expiresAt,
    })
    .execute();
  await tx
    .deleteFrom('sessions')
    .where('expires_at', '<', sql<Date>`clock_timestamp()`)
    .execute();
}

export async function deleteSession(tx: Tx, hash: Uint8Array): Promise<void> {
  await tx.deleteFrom('sessions').where('token_hash', '=', hash).execute();
}

export async function insertCode(tx: Tx, row: Owned & { hash: Uint8Array; expiresAt: Date }): Promise<void> {
  await tx
    .insertInto('sign_in_codes')
    .values({
      organisation_id: row.organisationId,
      user_id: row.userId,
      code_hash: row.hash,
      expires_at: row.expiresAt,
    })
    .execute();
}

/** In one statement: of two that bring the same code at once, one gets the row. */
export async function takeCode(
  tx: Tx,
  hash: Uint8Array,
): Promise<{ organisation_id: string; user_id: string } | undefined> {
  return tx
    .updateTable('sign_in_codes')
    .set({ used_at: sql`clock_timestamp()` })
    .where('code_hash', '=', hash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', sql<Date>`clock_timestamp()`)
    .returning(['organisation_id', 'user_id'])
    .executeTakeFirst();
}

export async function listApiTokens(tx: Tx, owned: Owned): Promise<Selectable<Tables['api_tokens']>[]> {
  return tx
    .selectFrom('api_tokens')
    .selectAll()
    .where('organisation_id', '=', owned.organisationId)
    .where('user_id', '=', owned.userId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
}

export async function insertApiToken(
  tx: Tx,
  row: Owned & { name: string; hash: Uint8Array; expiresAt: Date | null },
): Promise<Selectable<Tables['api_tokens']>> {
  return tx
    .insertInto('api_tokens')
    .values({
      organisation_id: row.organisationId,
      user_id: row.userId,
      name: row.name,
      token_hash: row.hash,
      expires_at: row.expiresAt,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function deleteApiToken(tx: Tx, owned: Owned & { id: string }): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('api_tokens')
    .where('id', '=', owned.id)
    .where('organisation_id', '=', owned.organisationId)
    .where('user_id', '=', owned.userId)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

export type MemberRow = { id: string; email: string; name: string; role: Role; created_at: Date };

export async function listMembers(tx: Tx, organisationId: string): Promise<MemberRow[]> {
  return tx
    .selectFrom('memberships as m')
    .innerJoin('users as u', 'u.id', 'm.user_id')
    .select(['u.id', 'u.email', 'u.name', 'm.role', 'm.created_at'])
    .where('m.organisation_id', '=', organisationId)
    .orderBy('m.created_at')
    .orderBy('u.id')
    .execute();
}

/** Locks the owners: two that remove each other at once must not both succeed. */
export async function lockOwners(tx: Tx, organisationId: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('memberships')
    .select('user_id')
    .where('organisation_id', '=', organisationId)
    .where('role', '=', 'owner')
    .orderBy('user_id')
    .forUpdate()
    .execute();
  return rows.map((row) => row.user_id);
}

/** Sessions, tokens and codes go with the membership; the user goes when it was the last one. */
export async function deleteMembership(tx: Tx, owned: Owned): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('memberships')
    .where('organisation_id', '=', owned.organisationId)
    .where('user_id', '=', owned.userId)
    .executeTakeFirst();
  if (numDeletedRows === 0n) return false;
  await tx
    .deleteFrom('users')
    .where('id', '=', owned.userId)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('memberships').select('user_id').where('user_id', '=', owned.userId))),
    )
    .execute();
  return true;
}
