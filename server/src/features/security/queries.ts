import { sql } from 'kysely';
import type { Json } from '@proofpix/contract/json';
import type { ViolationSeverity } from '@proofpix/contract/violations';
import type { Tx } from '../../db/tenancy.ts';
import { jsonText } from '../../db/types.ts';
import { countedRows, type Position } from '../../http/paging.ts';

export type NewSecurityEvent = {
  id: string;
  at: Date;
  organisationId: string;
  installationId: string;
  pluginId: string;
  version: string;
  digest: string;
  type: string;
  severity: ViolationSeverity;
  title: string;
  detail: string;
  evidence: { readonly [name: string]: Json };
  count: number;
};

/** The same as a row that is written already, so many times more. */
export type Repeat = { id: string; installationId: string; count: number };

/** An event whose plugin is gone by now is kept without it, one whose organisation is gone is left out. */
export async function insertSecurityEvents(tx: Tx, events: readonly NewSecurityEvent[]): Promise<void> {
  if (events.length === 0) return;
  await sql`insert into security_events (id, organisation_id, installation_id, plugin_id, version, digest, type, severity,
      title, detail, evidence, count, created_at)
    select line.id, organisations.id, plugins.id, line."pluginId", line.version, line.digest, line.type, line.severity,
      line.title, line.detail, line.evidence, line.count, line.at
    from jsonb_to_recordset(${jsonText(events)}::jsonb) as line (id uuid, "organisationId" uuid, "installationId" uuid,
      "pluginId" text, version text, digest text, type text, severity text, title text, detail text, evidence jsonb,
      count integer, at timestamptz)
    join organisations on organisations.id = line."organisationId"
    left join plugins on plugins.id = line."installationId" and plugins.organisation_id = organisations.id
    on conflict (id) do nothing`.execute(tx);
}

export async function addRepeats(tx: Tx, repeats: readonly Repeat[]): Promise<void> {
  if (repeats.length === 0) return;
  await sql`update security_events
    set count = least(security_events.count::bigint + line.count, 2147483647)::integer
    from jsonb_to_recordset(${jsonText(repeats)}::jsonb) as line (id uuid, count bigint)
    where security_events.id = line.id`.execute(tx);
}

export type EventFilter = {
  severity?: ViolationSeverity | undefined;
  type?: string | undefined;
  plugin?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
};

const columns = [
  'id',
  'installation_id',
  'plugin_id',
  'version',
  'digest',
  'type',
  'severity',
  'title',
  'detail',
  'evidence',
  'count',
  'created_at',
] as const;
export type SecurityEventRow = Awaited<ReturnType<typeof listSecurityEvents>>['rows'][number];

type PageRequest = { organisationId: string; after: Position | null; limit: number };

function eventsOf(tx: Tx, organisationId: string, filter: EventFilter) {
  const { severity, type, plugin, from, to } = filter;
  let query = tx.selectFrom('security_events').where('organisation_id', '=', organisationId);
  if (severity !== undefined) query = query.where('severity', '=', severity);
  if (type !== undefined) query = query.where('type', '=', type);
  if (plugin !== undefined) query = query.where('plugin_id', '=', plugin);
  if (from !== undefined) query = query.where('created_at', '>=', from);
  if (to !== undefined) query = query.where('created_at', '<', to);
  return query;
}

/** Newest first; one row more than the limit, to see whether there is another page. */
export async function listSecurityEvents(
  tx: Tx,
  { organisationId, after, limit }: PageRequest,
  filter: EventFilter = {},
) {
  const own = eventsOf(tx, organisationId, filter);
  const counted = await tx
    .selectFrom(own.select('id').limit(countedRows).as('counted'))
    .select((row) => row.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const rows = await newest(own, after, limit + 1).execute();
  return { rows, counted: Number(counted.count) };
}

/** The same without a total, for a plugin that pages by ids. */
export async function listNewest(tx: Tx, { organisationId, after, limit }: PageRequest): Promise<SecurityEventRow[]> {
  return newest(eventsOf(tx, organisationId, {}), after, limit).execute();
}

function newest(query: ReturnType<typeof eventsOf>, after: Position | null, limit: number) {
  return query
    .select(columns)
    .$if(after !== null, (page) => page.where(sql<boolean>`(created_at, id) < (${after?.at}, ${after?.id}::uuid)`))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit);
}

export async function findPosition(tx: Tx, organisationId: string, id: string): Promise<Position | null> {
  const row = await tx
    .selectFrom('security_events')
    .select(['id', 'created_at'])
    .where('organisation_id', '=', organisationId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row ? { id: row.id, at: row.created_at } : null;
}

/** How much happened on each day since, by severity. */
export async function countByDay(tx: Tx, organisationId: string, since: Date) {
  return tx
    .selectFrom('security_events')
    .select((row) => [
      sql<string>`(created_at at time zone 'utc')::date`.as('day'),
      'severity',
      row.fn.sum<number>('count').as('count'),
    ])
    .where('organisation_id', '=', organisationId)
    .where('created_at', '>=', since)
    .groupBy(['day', 'severity'])
    .execute();
}

/** What an installation did in a span of time, by type. */
export async function countByType(
  tx: Tx,
  {
    organisationId,
    installationId,
    from,
    to,
  }: { organisationId: string; installationId: string; from: Date; to: Date },
) {
  return tx
    .selectFrom('security_events')
    .select((row) => ['type', 'severity', row.fn.sum<number>('count').as('count')])
    .where('organisation_id', '=', organisationId)
    .where('installation_id', '=', installationId)
    .where('created_at', '>=', from)
    .where('created_at', '<', to)
    .groupBy(['type', 'severity'])
    .orderBy('type')
    .orderBy('severity')
    .execute();
}

/**
 * Deletes some of those beyond the newest of an organisation; gives how many. A plugin that is refused something else
 * each time writes thirty rows a minute: days alone would let it fill the disk. Critical acts are not counted and stay.
 */
export async function deleteSurplusEvents(tx: Tx, kept: number, most: number): Promise<number> {
  const { numAffectedRows } = await sql`delete from security_events where id in (
    select surplus.id from organisations cross join lateral (
      select id from security_events
      where organisation_id = organisations.id and (severity <> 'critical' or type = 'reported')
      order by created_at desc, id desc offset ${kept}
    ) as surplus limit ${most})`.execute(tx);
  return Number(numAffectedRows ?? 0);
}
