import { sql } from 'kysely';
import type { Tx } from '../../../db/tenancy.ts';
import { jsonText } from '../../../db/types.ts';
import { countedRows, type Position } from '../../../http/paging.ts';
import type { deletedRows, freeTexts } from './free-texts.ts';

/** In the place of whoever was erased. Short, so that no text becomes longer than it may be. */
const blank = '[…]';

/** Null: of all organisations. */
type Scope = string | null;

const ofScope = (organisationId: Scope) =>
  organisationId === null ? sql`true` : sql`organisation_id = ${organisationId}::uuid`;

/** Takes everything that the pattern finds out of one column; gives in how many rows it was. */
export async function redactColumn(
  tx: Tx,
  { table, column, kind }: (typeof freeTexts)[number],
  { organisationId, pattern }: { organisationId: Scope; pattern: string },
): Promise<number> {
  const text = kind === 'json' ? sql`${sql.ref(column)}::text` : sql.ref(column);
  const cleaned = sql`regexp_replace(${text}, ${pattern}, ${blank}, 'gi')`;
  const { numAffectedRows } = await sql`update ${sql.table(table)}
    set ${sql.ref(column)} = ${kind === 'json' ? sql`${cleaned}::jsonb` : cleaned}
    where ${ofScope(organisationId)} and ${text} ~* ${pattern}`.execute(tx);
  return Number(numAffectedRows ?? 0);
}

export async function deleteNaming(
  tx: Tx,
  { table, columns, bytes }: (typeof deletedRows)[number],
  { organisationId, pattern }: { organisationId: Scope; pattern: string },
): Promise<number> {
  const found = columns.map((column) => sql`${sql.ref(column)} ~* ${pattern}`);
  // Bytes of a message: as text where they are one, by the characters that every encoding of ours has in common.
  if (bytes !== undefined) found.push(sql`encode(${sql.ref(bytes)}, 'escape') ~* ${pattern}`);
  const { numAffectedRows } = await sql`delete from ${sql.table(table)}
    where ${ofScope(organisationId)} and (${sql.join(found, sql` or `)})`.execute(tx);
  return Number(numAffectedRows ?? 0);
}

/**
 * What the trails hold of somebody. Their digests stay, so each trail is checked as before. Of acts that somebody else did
 * only those that name them; all of their own.
 */
export async function erasePersonal(
  tx: Tx,
  { organisationId, userId, pattern }: { organisationId: Scope; userId: string; pattern: string | null },
): Promise<number> {
  const named = pattern === null ? sql`false` : sql`personal::text ~* ${pattern}`;
  const { numAffectedRows } = await sql`update audit_acts set personal = null, personal_salt = null
    where ${ofScope(organisationId)} and personal is not null and (
      (actor_kind = 'member' and actor_id = ${userId})
      or (actor_kind = 'system' and (subject_id = ${userId} or before::text like ${`%${userId}%`} or after::text like ${`%${userId}%`}))
      or ${named})`.execute(tx);
  return Number(numAffectedRows ?? 0);
}

/** Reasons and fields in which somebody is named. Acts of older versions hold them in the chain itself: those are counted. */
export async function eraseDetails(
  tx: Tx,
  { organisationId, pattern }: { organisationId: Scope; pattern: string },
): Promise<{ erased: number; kept: number }> {
  const named = sql`(reason ~* ${pattern} or before::text ~* ${pattern} or after::text ~* ${pattern})`;
  const { numAffectedRows } =
    await sql`update audit_acts set reason = null, before = null, after = null, details_salt = null
    where ${ofScope(organisationId)} and details_digest is not null and ${named}`.execute(tx);
  const { rows } = await sql<{ count: number }>`select count(*) as count from audit_acts
    where ${ofScope(organisationId)} and details_digest is null and ${named}`.execute(tx);
  return { erased: Number(numAffectedRows ?? 0), kept: Number(rows[0]?.count ?? 0) };
}

/** E-mail addresses and names that the trail remembers of somebody: they may have had others before. */
export async function findKnownAs(tx: Tx, userId: string): Promise<{ emails: string[]; names: string[] }> {
  const rows = await tx
    .selectFrom('audit_acts')
    .select('personal')
    .where('personal', 'is not', null)
    .where('subject_kind', '=', 'member')
    .where('subject_id', '=', userId)
    .execute();
  const texts = (...fields: string[]) =>
    rows.flatMap(({ personal }) =>
      fields.flatMap((field) => (typeof personal?.[field] === 'string' ? [personal[field]] : [])),
    );
  return { emails: texts('email', 'before', 'after').filter((text) => text.includes('@')), names: texts('name') };
}

/** Runs and cases with notes of somebody. */
export async function findNotedBy(tx: Tx, organisationId: string, userId: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('notes')
    .select(sql<string>`coalesce(run_id, case_id)`.as('id'))
    .distinct()
    .where('organisation_id', '=', organisationId)
    .where('created_by', '=', userId)
    .execute();
  return rows.map(({ id }) => id);
}

export type ReportFile = { export_id: string; sha256: string; size: number; about: string };

/** The reports of an organisation, file by file. A case's report holds the notes of its exhibits. */
export async function listReportFiles(tx: Tx, organisationId: string): Promise<(ReportFile & { runs: string[] })[]> {
  const { rows } = await sql<ReportFile & { runs: string[] }>`
    select f.export_id, f.sha256, f.size, coalesce(e.run_id, e.case_id) as about,
      array(select x.run_id::text from exhibits x where x.organisation_id = e.organisation_id and x.case_id = e.case_id) as runs
    from export_files f join exports e on e.organisation_id = f.organisation_id and e.id = f.export_id
    where f.organisation_id = ${organisationId}::uuid order by f.id`.execute(tx);
  return rows;
}

/** Gives the digests of their files. */
export async function deleteExports(tx: Tx, organisationId: string, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const files = await tx
    .selectFrom('export_files')
    .select('sha256')
    .where('organisation_id', '=', organisationId)
    .where('export_id', 'in', [...ids])
    .execute();
  await tx
    .deleteFrom('exports')
    .where('organisation_id', '=', organisationId)
    .where('id', 'in', [...ids])
    .execute();
  return files.map(({ sha256 }) => sha256);
}

export type StoredValue = {
  organisation_id: string;
  installation_id: string;
  key: string;
  value: Uint8Array;
  point: string | null;
};

/** Sealed values of plugins, behind a place and some at a time. */
export async function readValues(
  tx: Tx,
  table: 'plugin_storage' | 'plugin_restore_values',
  { organisationId, after, limit }: { organisationId: string; after: readonly [string, string] | null; limit: number },
): Promise<StoredValue[]> {
  const owner = sql.ref(table === 'plugin_storage' ? 'installation_id' : 'point_id');
  const behind = after === null ? sql`true` : sql`(${owner}, key) > (${after[0]}::uuid, ${after[1]})`;
  const { rows } = await sql<StoredValue>`
    select organisation_id, installation_id, key, value, ${table === 'plugin_storage' ? sql`null` : owner} as point
    from ${sql.table(table)} where organisation_id = ${organisationId}::uuid and ${behind}
    order by ${owner}, key limit ${limit}`.execute(tx);
  return rows;
}

export async function deleteValue(tx: Tx, { installation_id, key, point }: StoredValue): Promise<void> {
  if (point === null)
    await tx
      .deleteFrom('plugin_storage')
      .where('installation_id', '=', installation_id)
      .where('key', '=', key)
      .execute();
  else await tx.deleteFrom('plugin_restore_values').where('point_id', '=', point).where('key', '=', key).execute();
}

/** Secrets of settings: a restore point that holds one with somebody in it goes; the settings themselves are only counted. */
export async function readSecrets(
  tx: Tx,
  table: 'plugin_configurations' | 'plugin_restore_points',
  organisationId: string,
): Promise<{ id: string; installation_id: string; secrets: Uint8Array }[]> {
  const id = sql.ref(table === 'plugin_configurations' ? 'installation_id' : 'id');
  const { rows } = await sql<{ id: string; installation_id: string; secrets: Uint8Array }>`
    select ${id} as id, installation_id, secrets from ${sql.table(table)}
    where organisation_id = ${organisationId}::uuid and secrets is not null`.execute(tx);
  return rows;
}

export async function readMails(tx: Tx): Promise<{ id: string; content: Uint8Array }[]> {
  return tx.selectFrom('mails').select(['id', 'content']).execute();
}

export async function deleteLinks(tx: Tx, emails: readonly string[]): Promise<number> {
  if (emails.length === 0) return 0;
  const gone = [
    await tx
      .deleteFrom('password_resets')
      .where('email', 'in', [...emails])
      .executeTakeFirst(),
    await tx
      .deleteFrom('email_changes')
      .where('email', 'in', [...emails])
      .executeTakeFirst(),
  ];
  return gone.reduce((sum, { numDeletedRows }) => sum + Number(numDeletedRows), 0);
}

export async function insertErasure(
  tx: Tx,
  row: {
    id: string;
    organisationId: string;
    userId: string;
    askedBy: 'self' | 'admin';
    whole: boolean;
    sought: Uint8Array;
  },
): Promise<void> {
  await tx
    .insertInto('erasures')
    .values({
      id: row.id,
      organisation_id: row.organisationId,
      subject_id: row.userId,
      asked_by: row.askedBy,
      whole: row.whole,
      sought: row.sought,
    })
    .execute();
}

export async function findErasure(tx: Tx, id: string) {
  return tx.selectFrom('erasures').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function finishErasure(tx: Tx, id: string, found: { readonly [place: string]: number }): Promise<void> {
  await tx
    .updateTable('erasures')
    .set({ state: 'done', sought: null, found: jsonText(found), finished_at: new Date() })
    .where('id', '=', id)
    .execute();
}

export async function failErasure(tx: Tx, id: string): Promise<void> {
  await tx
    .updateTable('erasures')
    .set({ state: 'failed' })
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .execute();
}

/** Of all organisations: those that a start takes up again. */
export async function findUnfinished(tx: Tx): Promise<{ id: string; organisation_id: string }[]> {
  const rows = await tx
    .updateTable('erasures')
    .set({ state: 'waiting' })
    .where('state', '=', 'failed')
    .returning(['id', 'organisation_id'])
    .execute();
  return rows;
}

/** Newest first; one row more than the limit. */
export async function listErasures(tx: Tx, after: Position | null, limit: number) {
  const counted = await tx
    .selectFrom(tx.selectFrom('erasures').select('id').limit(countedRows).as('counted'))
    .select((row) => row.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  let page = tx
    .selectFrom('erasures')
    .select(['id', 'subject_id', 'asked_by', 'whole', 'state', 'found', 'created_at', 'finished_at'])
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1);
  if (after) page = page.where(sql<boolean>`(created_at, id) < (${after.at}, ${after.id}::uuid)`);
  return { rows: await page.execute(), counted: Number(counted.count) };
}

/** With sessions, tokens, codes and memberships, which hang on the row. */
export async function deleteUser(tx: Tx, userId: string): Promise<void> {
  await tx.deleteFrom('users').where('id', '=', userId).execute();
}

/** Organisations that have no other owner, and whether no other operator is left. */
export async function findLastRoles(tx: Tx, userId: string): Promise<{ organisations: string[]; operator: boolean }> {
  const { rows } = await sql<{ id: string }>`
    select m.organisation_id as id from memberships m
    where m.user_id = ${userId}::uuid and m.role = 'owner' and not exists (
      select from memberships o where o.organisation_id = m.organisation_id and o.role = 'owner' and o.user_id <> m.user_id)
    for update`.execute(tx);
  const { rows: operators } = await sql<{ id: string }>`
    select id from users where is_operator order by id for update`.execute(tx);
  return {
    organisations: rows.map(({ id }) => id),
    operator: operators.length === 1 && operators[0]?.id === userId,
  };
}

export async function findMembershipsOf(tx: Tx, userId: string): Promise<string[]> {
  const rows = await tx.selectFrom('memberships').select('organisation_id').where('user_id', '=', userId).execute();
  return rows.map(({ organisation_id }) => organisation_id);
}
