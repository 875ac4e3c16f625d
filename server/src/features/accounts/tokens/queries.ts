import { sql, type Selectable } from 'kysely';
import type { Access, Plan, Role } from '@proofpix/contract/access';
import type { Database } from '../../../db/database.ts';
import type { Tables } from '../../../db/tables.ts';
import type { Tx } from '../../../db/tenancy.ts';
import type { Proven } from '../queries.ts';
import { countedRows, type Position } from '../../../http/paging.ts';

export type TokenRow = Omit<Selectable<Tables['api_tokens']>, 'token_hash'>;
export type MemberTokenRow = TokenRow & { member_name: string; member_email: string };
type Owned = { organisationId: string; userId: string };

const columns = [
  'api_tokens.id',
  'api_tokens.organisation_id',
  'api_tokens.user_id',
  'api_tokens.name',
  'api_tokens.access',
  'api_tokens.expires_at',
  'api_tokens.last_used_at',
  'api_tokens.last_used_from',
  'api_tokens.created_at',
] as const;

export type TokenCallerRow = {
  id: string;
  user_id: string;
  organisation_id: string;
  role: Role;
  plan: Plan;
  is_operator: boolean;
  is_reviewer: boolean;
  access: string[];
  last_used_at: Date | null;
  /** Their organisation asks for a second factor and they have none. */
  second_factor_missing: boolean;
};

/** One indexed query without a transaction: asked at every request, so that what was deleted stops at once. */
export async function findTokenCaller(db: Database, proven: Proven): Promise<TokenCallerRow | undefined> {
  const hash = 'hash' in proven ? proven.hash : null;
  const id = 'id' in proven ? proven.id : null;
  const { rows } = await sql<TokenCallerRow>`
    select id, user_id, organisation_id, role, plan, is_operator, is_reviewer, access, last_used_at, second_factor_missing
    from find_api_token(${hash}::bytea, ${id}::uuid)`.execute(db.kysely);
  return rows[0];
}

export async function touchToken(tx: Tx, id: string, from: string): Promise<void> {
  await tx
    .updateTable('api_tokens')
    .set({ last_used_at: sql`clock_timestamp()`, last_used_from: from })
    .where('id', '=', id)
    .execute();
}

export async function listTokens(tx: Tx, owned: Owned): Promise<TokenRow[]> {
  return tx
    .selectFrom('api_tokens')
    .select(columns)
    .where('organisation_id', '=', owned.organisationId)
    .where('user_id', '=', owned.userId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
}

/** One member's tokens are made one after the other: many at once must not go over their number. */
export async function countTokens(tx: Tx, owned: Owned): Promise<number> {
  await tx
    .selectFrom('memberships')
    .select('user_id')
    .where('organisation_id', '=', owned.organisationId)
    .where('user_id', '=', owned.userId)
    .forUpdate()
    .execute();
  const { tokens } = await tx
    .selectFrom('api_tokens')
    .select(({ fn }) => fn.countAll<number>().as('tokens'))
    .where('organisation_id', '=', owned.organisationId)
    .where('user_id', '=', owned.userId)
    .executeTakeFirstOrThrow();
  return tokens;
}

export async function insertToken(
  tx: Tx,
  row: Owned & { name: string; hash: Uint8Array; access: readonly Access[]; expiresAt: Date | null },
): Promise<TokenRow> {
  return tx
    .insertInto('api_tokens')
    .values({
      organisation_id: row.organisationId,
      user_id: row.userId,
      name: row.name,
      token_hash: row.hash,
      access: [...row.access],
      expires_at: row.expiresAt,
    })
    .returning(columns)
    .executeTakeFirstOrThrow();
}

/** @param userId only when it is this member's */
export async function deleteToken(
  tx: Tx,
  token: { organisationId: string; id: string; userId?: string },
): Promise<TokenRow | undefined> {
  const query = tx
    .deleteFrom('api_tokens')
    .where('id', '=', token.id)
    .where('organisation_id', '=', token.organisationId)
    .returning(columns);
  return (token.userId === undefined ? query : query.where('user_id', '=', token.userId)).executeTakeFirst();
}

export async function listMemberTokens(
  tx: Tx,
  organisationId: string,
  { after, limit }: { after: Position | null; limit: number },
): Promise<{ rows: MemberTokenRow[]; counted: number }> {
  const all = tx.selectFrom('api_tokens').where('api_tokens.organisation_id', '=', organisationId);
  const page = all
    .innerJoin('users', 'users.id', 'api_tokens.user_id')
    .select([...columns, 'users.name as member_name', 'users.email as member_email'])
    .orderBy('api_tokens.created_at', 'desc')
    .orderBy('api_tokens.id', 'desc')
    .limit(limit + 1);
  const rows = await (
    after === null
      ? page
      : page.where(({ eb, refTuple, tuple }) =>
          eb(refTuple('api_tokens.created_at', 'api_tokens.id'), '<', tuple(after.at, after.id)),
        )
  ).execute();
  const { counted } = await tx
    .selectFrom(all.select('api_tokens.id').limit(countedRows).as('some'))
    .select(({ fn }) => fn.countAll<number>().as('counted'))
    .executeTakeFirstOrThrow();
  return { rows, counted };
}
