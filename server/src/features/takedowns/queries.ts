import { sql, type Selectable } from 'kysely';
import type { MailLanguage } from '@proofpix/contract/mail-languages';
import type { KillKind } from '@proofpix/contract/trust';
import type { Tables } from '../../db/tables.ts';
import type { Tx } from '../../db/tenancy.ts';
import { countedRows, type Position } from '../../http/paging.ts';

export type NoticeRow = Selectable<Tables['takedown_notices']>;
export type NewNotice = Omit<NoticeRow, 'id' | 'mailed_at' | 'created_at'>;

/** The same act is told once to each organisation. */
export async function insertNotices(tx: Tx, notices: readonly NewNotice[]): Promise<void> {
  if (notices.length === 0) return;
  await tx
    .insertInto('takedown_notices')
    .values([...notices])
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export type Release = { publisher: string; pluginId: string; version: string };

/** The organisations that have this version. Only as system. */
export async function findUsers(tx: Tx, { publisher, pluginId, version }: Release): Promise<string[]> {
  const rows = await tx
    .selectFrom('plugins')
    .select('organisation_id')
    .distinct()
    .where('source', '=', 'marketplace')
    .where('publisher', '=', publisher)
    .where('plugin_id', '=', pluginId)
    .where('version', '=', version)
    .execute();
  return rows.map((row) => row.organisation_id);
}

export async function findOwner(tx: Tx, publisher: string): Promise<string | null> {
  const row = await tx
    .selectFrom('publishers')
    .select('organisation_id')
    .where('name', '=', publisher)
    .executeTakeFirst();
  return row?.organisation_id ?? null;
}

/** Many plugins may have a name or a key: so many of them are named. */
const mostNamed = 50;

export type Published = {
  organisation_id: string;
  publisher: string;
  plugin_id: string | null;
  version: string | null;
};

/** Whose publications an entry of the kill list names. Only as system. */
export async function findPublished(tx: Tx, kind: KillKind, value: string): Promise<Published[]> {
  const [named, version] = value.split('@');
  const [plugin, publisher] = (named ?? '').split('/').toReversed();
  const ofPlugin = sql`r.plugin_id = ${plugin ?? ''} ${publisher === undefined ? sql`` : sql`and r.publisher = ${publisher}`}`;
  const whole = sql`p.organisation_id, p.name as publisher, null::text as plugin_id, null::text as version from publishers as p`;
  const queries = {
    publisher: sql`select ${whole} where p.name = ${value}`,
    key: sql`select ${whole} where p.name in (select publisher from trust_keys where key_id = ${value})`,
    plugin: sql`select distinct p.organisation_id, r.publisher, r.plugin_id, null::text as version
      from releases as r join publishers as p on p.name = r.publisher where ${ofPlugin}`,
    version: sql`select distinct p.organisation_id, r.publisher, r.plugin_id, r.version
      from releases as r join publishers as p on p.name = r.publisher where ${ofPlugin} and r.version = ${version ?? ''}`,
    digest: sql`select distinct p.organisation_id, r.publisher, r.plugin_id, r.version
      from releases as r join publishers as p on p.name = r.publisher where r.digest = ${value}`,
  };
  const { rows } = await sql<Published>`
    select * from (${queries[kind]}) as named where organisation_id is not null limit ${sql.lit(mostNamed)}`.execute(
    tx,
  );
  return rows;
}

/** The newest first; one row more than the limit. */
export async function listNotices(
  tx: Tx,
  after: Position | null,
  limit: number,
): Promise<{ rows: NoticeRow[]; counted: number }> {
  const { rows } = await sql<NoticeRow>`
    select * from takedown_notices
    where ${after?.at.toISOString() ?? null}::timestamptz is null
      or (created_at, id) < (${after?.at.toISOString() ?? null}::timestamptz, ${after?.id ?? null}::uuid)
    order by created_at desc, id desc limit ${limit + 1}`.execute(tx);
  const counted = await sql<{ count: number }>`select count(*)::int as count from (
    select from takedown_notices limit ${countedRows}) as counted`.execute(tx);
  return { rows, counted: counted.rows[0]?.count ?? 0 };
}

/** The oldest that nobody was mailed of, for this transaction alone. Only as system. */
export async function claimUnmailed(tx: Tx, limit: number): Promise<NoticeRow[]> {
  const { rows } = await sql<NoticeRow>`
    update takedown_notices set mailed_at = clock_timestamp() where id in (
      select id from takedown_notices where mailed_at is null order by created_at limit ${limit} for update skip locked)
    returning *`.execute(tx);
  return rows;
}

/** So many of an organisation are told by mail; the others see it in the app. */
const mostAddressed = 50;

export async function findAddressees(
  tx: Tx,
  organisationId: string,
  side: NoticeRow['side'],
): Promise<{ email: string; language: MailLanguage }[]> {
  return tx
    .selectFrom('memberships')
    .innerJoin('users', 'users.id', 'memberships.user_id')
    .select(['users.email', 'users.mail_language as language'])
    .where('memberships.organisation_id', '=', organisationId)
    .where('memberships.role', 'in', side === 'user' ? ['owner', 'admin'] : ['owner', 'admin', 'developer'])
    .orderBy('memberships.created_at')
    .limit(mostAddressed)
    .execute();
}
