import { sql, type Selectable } from 'kysely';
import type { Plan, Role } from '@proofpix/contract/access';
import type { Database } from '../../db/database.ts';
import type { Tables } from '../../db/tables.ts';
import type { MailLanguage } from '@proofpix/contract/mail-languages';
import type { Tx } from '../../db/tenancy.ts';

export type CallerRow = {
  credential_id: string;
  credential: 'cookie' | 'bearer' | 'api_token';
  user_id: string;
  organisation_id: string;
  role: Role;
  plan: Plan;
  is_operator: boolean;
  is_reviewer: boolean;
  last_used_at: Date | null;
  /** Their organisation asks for a second factor and they have none. */
  second_factor_missing: boolean;
  /** Signed in by a provider, of an account that is not the provider's. */
  by_provider: boolean;
};

/** What a request brought: a secret of which we know the hash, or the id of a session that was proven by a signature. */
export type Proven = { hash: Uint8Array } | { id: string };

/** One indexed query without a transaction: asked at every request, so that what was removed stops at once. */
export async function findCaller(db: Database, proven: Proven): Promise<CallerRow | undefined> {
  const hash = 'hash' in proven ? proven.hash : null;
  const id = 'id' in proven ? proven.id : null;
  const { rows } = await sql<CallerRow>`
    select credential_id, credential, user_id, organisation_id, role, plan, is_operator, is_reviewer, last_used_at,
      second_factor_missing, by_provider
    from find_caller(${hash}::bytea, ${id}::uuid)`.execute(db.kysely);
  return rows[0];
}

export async function touchSession(tx: Tx, id: string): Promise<void> {
  await tx
    .updateTable('sessions')
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
  is_reviewer: boolean;
  has_password: boolean;
  has_second_factor: boolean;
  require_second_factor: boolean;
  email_verified_at: Date | null;
  managed_by: string | null;
  /** Nobody but owners comes by a password. */
  single_sign_on_required: boolean;
  has_single_sign_on: boolean;
  /** The provider knows them. */
  is_connected: boolean;
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
      'u.is_reviewer',
      'o.require_second_factor',
      'u.email_verified_at',
      'u.managed_by',
      sql<boolean>`m.role <> 'owner' and exists (
        select from single_sign_on s where s.organisation_id = m.organisation_id and s.required)`.as(
        'single_sign_on_required',
      ),
      sql<boolean>`exists (select from single_sign_on s where s.organisation_id = m.organisation_id)`.as(
        'has_single_sign_on',
      ),
      sql<boolean>`exists (
        select from single_sign_on s join single_sign_on_identities i using (organisation_id, issuer)
        where i.organisation_id = m.organisation_id and i.user_id = m.user_id)`.as('is_connected'),
      sql<boolean>`u.password_hash is not null`.as('has_password'),
      sql<boolean>`exists (select from second_factors f where f.user_id = u.id and f.confirmed_at is not null)`.as(
        'has_second_factor',
      ),
    ])
    .orderBy('single_sign_on_required')
    .orderBy('m.created_at')
    .orderBy('m.organisation_id');
}

export async function listMembershipsOf(tx: Tx, userId: string): Promise<MembershipRow[]> {
  return memberships(tx)
    .clearOrderBy()
    .where('m.user_id', '=', userId)
    .orderBy(sql`lower(o.name)`)
    .execute();
}

/** In an organisation, or else the oldest, where a password opens it. */
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

/** Of those who have an account of their own: somebody whom a provider manages is never found by an e-mail address. */
export async function findUser(tx: Tx, email: string): Promise<Selectable<Tables['users']> | undefined> {
  return tx
    .selectFrom('users')
    .selectAll()
    .where('email', '=', email)
    .where('managed_by', 'is', null)
    .executeTakeFirst();
}

export async function findUserById(tx: Tx, id: string): Promise<Selectable<Tables['users']> | undefined> {
  return tx.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
}

/** In which they asked for a mail last. */
export async function setMailLanguage(tx: Tx, id: string, language: MailLanguage): Promise<void> {
  await tx.updateTable('users').set({ mail_language: language }).where('id', '=', id).execute();
}

export async function insertUser(
  tx: Tx,
  user: { email: string; name: string; passwordHash: string | null; operator: boolean; verified?: boolean },
): Promise<string | undefined> {
  const row = await tx
    .insertInto('users')
    .values({
      email: user.email,
      name: user.name,
      password_hash: user.passwordHash,
      is_operator: user.operator,
      email_verified_at: user.verified === true ? new Date() : null,
    })
    .onConflict((conflict) => conflict.column('email').where('managed_by', 'is', null).doNothing())
    .returning('id')
    .executeTakeFirst();
  return row?.id;
}

export async function setPassword(tx: Tx, userId: string, passwordHash: string): Promise<void> {
  await tx.updateTable('users').set({ password_hash: passwordHash }).where('id', '=', userId).execute();
}

/** Who read a mail has its mailbox. */
export async function setEmailVerified(tx: Tx, userId: string): Promise<void> {
  await tx.updateTable('users').set({ email_verified_at: new Date() }).where('id', '=', userId).execute();
}

export async function setName(tx: Tx, userId: string, name: string): Promise<void> {
  await tx.updateTable('users').set({ name }).where('id', '=', userId).execute();
}

export async function findPasswordHash(tx: Tx, userId: string): Promise<string | null> {
  const user = await tx.selectFrom('users').select('password_hash').where('id', '=', userId).executeTakeFirst();
  return user?.password_hash ?? null;
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

export async function organisationExists(tx: Tx, id: string): Promise<boolean> {
  return (await tx.selectFrom('organisations').select('id').where('id', '=', id).executeTakeFirst()) !== undefined;
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

export type MemberRow = {
  id: string;
  email: string;
  name: string;
  role: Role;
  created_at: Date;
  has_second_factor: boolean;
};

function members(tx: Tx, organisationId: string) {
  return tx
    .selectFrom('memberships as m')
    .innerJoin('users as u', 'u.id', 'm.user_id')
    .select([
      'u.id',
      'u.email',
      'u.name',
      'm.role',
      'm.created_at',
      sql<boolean>`exists (select from second_factors f where f.user_id = u.id and f.confirmed_at is not null)`.as(
        'has_second_factor',
      ),
    ])
    .where('m.organisation_id', '=', organisationId);
}

export async function listMembers(tx: Tx, organisationId: string): Promise<MemberRow[]> {
  return members(tx, organisationId).orderBy('m.created_at').orderBy('u.id').execute();
}

export async function findMember(tx: Tx, { organisationId, userId }: Owned): Promise<MemberRow | undefined> {
  return members(tx, organisationId).where('m.user_id', '=', userId).executeTakeFirst();
}

export async function setRole(tx: Tx, row: Owned & { role: Role }): Promise<void> {
  await tx
    .updateTable('memberships')
    .set({ role: row.role })
    .where('organisation_id', '=', row.organisationId)
    .where('user_id', '=', row.userId)
    .execute();
}

export async function findSignInRules(tx: Tx, organisationId: string): Promise<{ requireSecondFactor: boolean }> {
  const row = await tx
    .selectFrom('organisations')
    .select('require_second_factor')
    .where('id', '=', organisationId)
    .executeTakeFirstOrThrow();
  return { requireSecondFactor: row.require_second_factor };
}

export async function setSignInRules(
  tx: Tx,
  organisationId: string,
  { requireSecondFactor }: { requireSecondFactor: boolean },
): Promise<void> {
  await tx
    .updateTable('organisations')
    .set({ require_second_factor: requireSecondFactor })
    .where('id', '=', organisationId)
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
