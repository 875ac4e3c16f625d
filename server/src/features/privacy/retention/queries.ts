import { sql, type RawBuilder } from 'kysely';
import type { RetentionDone } from '@proofpix/contract/privacy';
import type { RetentionName } from '@proofpix/contract/retention';
import type { Tx } from '../../../db/tenancy.ts';
import { jsonText } from '../../../db/types.ts';
import { countedRows, type Position } from '../../../http/paging.ts';
import type { HeadRow } from '../../audit/queries.ts';

type Rows = { table: string; old: (before: Date) => RawBuilder<unknown> };

const made = (before: Date) => sql`created_at < ${before}`;
const ended = (before: Date) => sql`expires_at < ${before}`;

/**
 * The rows of each kind that are no photo, report or act: those have bytes or a chain. One condition counts them and
 * deletes them, so that the preview says what the job does.
 */
export const rowsOf: { readonly [Name in RetentionName]?: readonly Rows[] } = {
  'plugin-logs': [
    { table: 'plugin_logs', old: made },
    { table: 'plugin_events', old: made },
    { table: 'oauth_events', old: made },
    { table: 'webhook_events', old: made },
    { table: 'jobs', old: (before) => sql`finished_at < ${before}` },
  ],
  security: [
    {
      table: 'security_events',
      old: (before) => sql`created_at < ${before} and (severity <> 'critical' or type = 'reported')`,
    },
  ],
  metrics: [
    { table: 'plugin_metrics', old: (before) => sql`day < (${before}::timestamptz at time zone 'UTC')::date` },
    { table: 'plugin_analytics', old: (before) => sql`day < (${before}::timestamptz at time zone 'UTC')::date` },
    { table: 'analytics_days', old: (before) => sql`day < (${before}::timestamptz at time zone 'UTC')::date` },
    { table: 'plugin_hours', old: (before) => sql`hour < ${before}` },
  ],
  webhooks: [
    {
      table: 'webhook_messages',
      old: (before) => sql`created_at < ${before} and not exists (
        select from webhook_deliveries d where d.organisation_id = each.organisation_id and d.message_id = each.id and d.state = 'waiting')`,
    },
    { table: 'webhook_received', old: (before) => sql`created_at < ${before} and state <> 'waiting'` },
  ],
  'sign-in': [
    { table: 'sessions', old: ended },
    { table: 'sign_in_codes', old: ended },
    { table: 'sign_in_challenges', old: ended },
    { table: 'invitations', old: ended },
    { table: 'oauth_flows', old: ended },
    { table: 'single_sign_on_flows', old: ended },
  ],
};

/** Of people, not of an organisation: the default of the kind counts. */
export const rowsOfServer: readonly Rows[] = [
  { table: 'password_resets', old: ended },
  { table: 'email_changes', old: ended },
  { table: 'mails', old: ended },
];

export async function deleteRows(
  tx: Tx,
  { table, old }: Rows,
  { organisationId, before, most }: { organisationId: string | null; before: Date; most: number },
): Promise<number> {
  const own = organisationId === null ? sql`true` : sql`each.organisation_id = ${organisationId}::uuid`;
  const { numAffectedRows } = await sql`delete from ${sql.table(table)} where ctid in (
    select each.ctid from ${sql.table(table)} as each where ${own} and ${old(before)} limit ${most})`.execute(tx);
  return Number(numAffectedRows ?? 0);
}

export async function countRows(
  tx: Tx,
  { table, old }: Rows,
  { organisationId, before }: { organisationId: string; before: Date },
): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from ${sql.table(table)} as each
    where each.organisation_id = ${organisationId}::uuid and ${old(before)}`.execute(tx);
  return Number(rows[0]?.count ?? 0);
}

/** Runs that are over; not exhibits of a case that is still open. */
export async function findOldRuns(tx: Tx, organisationId: string, before: Date): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select r.id from runs r
    where r.organisation_id = ${organisationId}::uuid and r.created_at < ${before} and r.state in ('done', 'failed')
      and not exists (select from exhibits e join cases c on c.organisation_id = e.organisation_id and c.id = e.case_id
        where e.organisation_id = r.organisation_id and e.run_id = r.id and c.state = 'open')
    order by r.created_at`.execute(tx);
  return rows.map(({ id }) => id);
}

export async function findOldExports(tx: Tx, organisationId: string, before: Date): Promise<string[]> {
  const rows = await tx
    .selectFrom('exports')
    .select('id')
    .where('organisation_id', '=', organisationId)
    .where('created_at', '<', before)
    .execute();
  return rows.map(({ id }) => id);
}

export async function findOldPoints(
  tx: Tx,
  organisationId: string,
  before: Date,
): Promise<{ id: string; archive_digest: string }[]> {
  return tx
    .selectFrom('plugin_restore_points')
    .select(['id', 'archive_digest'])
    .where('organisation_id', '=', organisationId)
    .where('created_at', '<', before)
    .where(({ or, eb }) => or([eb('watched_until', 'is', null), eb('watched_until', '<', new Date())]))
    .execute();
}

/** The newest signed head before which every act is old: only there can a trail be cut. */
export async function findCutHead(tx: Tx, organisationId: string, before: Date): Promise<HeadRow | undefined> {
  const young = await tx
    .selectFrom('audit_acts')
    .select((row) => row.fn.min('position').as('position'))
    .where('organisation_id', '=', organisationId)
    .where('position', 'is not', null)
    .where('created_at', '>=', before)
    .executeTakeFirst();
  return tx
    .selectFrom('audit_heads')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .where('signed_at', '<', before)
    .$if(young?.position != null, (heads) => heads.where('position', '<', Number(young?.position)))
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst();
}

export async function countActs(tx: Tx, organisationId: string, upTo: number): Promise<number> {
  const { count } = await tx
    .selectFrom('audit_acts')
    .select((row) => row.fn.countAll<number>().as('count'))
    .where('organisation_id', '=', organisationId)
    .where('position', '<=', upTo)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** The head at the cut stays: the next acts are sealed behind it, also when none is left. */
export async function cutTrail(
  tx: Tx,
  organisationId: string,
  cut: { position: number; hash: Uint8Array; publicKey: string; signature: string; signedAt: string },
): Promise<number> {
  const of = { organisation_id: organisationId, position: cut.position };
  await tx.deleteFrom('audit_cuts').where('organisation_id', '=', organisationId).execute();
  await tx
    .insertInto('audit_cuts')
    .values({ ...of, hash: cut.hash, public_key: cut.publicKey, signature: cut.signature, signed_at: cut.signedAt })
    .execute();
  await tx
    .deleteFrom('audit_heads')
    .where('organisation_id', '=', organisationId)
    .where('position', '<', cut.position)
    .execute();
  const { numDeletedRows } = await tx
    .deleteFrom('audit_acts')
    .where('organisation_id', '=', organisationId)
    .where('position', '<=', cut.position)
    .executeTakeFirst();
  return Number(numDeletedRows);
}

export async function listOrganisations(tx: Tx): Promise<string[]> {
  return (await tx.selectFrom('organisations').select('id').orderBy('id').execute()).map(({ id }) => id);
}

export async function insertRetentionRun(
  tx: Tx,
  row: {
    id: string;
    organisationId: string;
    at: Date;
    deleted: readonly RetentionDone[];
    publicKey: string;
    signature: string;
  },
): Promise<void> {
  await tx
    .insertInto('retention_runs')
    .values({
      id: row.id,
      organisation_id: row.organisationId,
      deleted: jsonText(row.deleted),
      public_key: row.publicKey,
      signature: row.signature,
      created_at: row.at,
    })
    .execute();
}

/** Newest first; one row more than the limit. */
export async function listRetentionRuns(tx: Tx, after: Position | null, limit: number) {
  const counted = await tx
    .selectFrom(tx.selectFrom('retention_runs').select('id').limit(countedRows).as('counted'))
    .select((row) => row.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  let page = tx
    .selectFrom('retention_runs')
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1);
  if (after) page = page.where(sql<boolean>`(created_at, id) < (${after.at}, ${after.id}::uuid)`);
  return { rows: await page.execute(), counted: Number(counted.count) };
}

/** The last one of an organisation: a server that starts again the same day has nothing to do. */
export async function lastRetentionRun(tx: Tx, organisationId: string): Promise<Date | null> {
  const row = await tx
    .selectFrom('retention_runs')
    .select('created_at')
    .where('organisation_id', '=', organisationId)
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.created_at ?? null;
}
