import { sql } from 'kysely';
import type { Json } from '@proofpix/contract/json';
import type { Tx } from '../../../db/tenancy.ts';
import { jsonText } from '../../../db/types.ts';
import { countedRows, type Position } from '../../../http/paging.ts';
import { timeOrderedId } from './time-ordered-id.ts';
import { userOf, type Actor } from '../../audit/record-act.ts';

export type Detail = { readonly [key: string]: Json };

export type NewEvent = { organisationId: string; id: string; type: string; detail?: Detail; actor: Actor };

/** What happened to a plugin, written in the transaction that does it. */
export async function insertEvents(tx: Tx, events: readonly NewEvent[]): Promise<void> {
  const rows = events.map((event) => {
    const { id, at } = timeOrderedId();
    return {
      id,
      created_at: at,
      organisation_id: event.organisationId,
      installation_id: event.id,
      type: event.type,
      detail: jsonText(event.detail ?? {}),
      actor: userOf(event.actor),
    };
  });
  await tx.insertInto('plugin_events').values(rows).execute();
}

/** What the host saw and nobody waits for. */
export type ObservedEvent = { id: string; installationId: string; type: string; detail: Detail; at: Date };
export type LogLine = { id: string; installationId: string; level: string; message: string; at: Date };

/** Events of an installation that is gone by now are left out. */
export async function insertObserved(tx: Tx, events: readonly ObservedEvent[]): Promise<void> {
  if (events.length === 0) return;
  await sql`insert into plugin_events (id, organisation_id, installation_id, type, detail, created_at)
    select line.id, plugins.organisation_id, plugins.id, line.type, line.detail, line.at
    from jsonb_to_recordset(${jsonText(events)}::jsonb) as line
      (id uuid, "installationId" uuid, type text, detail jsonb, at timestamptz)
    join plugins on plugins.id = line."installationId"`.execute(tx);
}

/** Lines of an installation that is gone by now are left out. */
export async function insertLogLines(tx: Tx, lines: readonly LogLine[]): Promise<void> {
  if (lines.length === 0) return;
  await sql`insert into plugin_logs (id, organisation_id, installation_id, level, message, created_at)
    select line.id, plugins.organisation_id, plugins.id, line.level, line.message, line.at
    from jsonb_to_recordset(${jsonText(lines)}::jsonb) as line
      (id uuid, "installationId" uuid, level text, message text, at timestamptz)
    join plugins on plugins.id = line."installationId"`.execute(tx);
}

/** Deletes all but the newest lines of an installation. */
export async function trimLog(
  tx: Tx,
  { organisationId, id, keep }: { organisationId: string; id: string; keep: number },
): Promise<void> {
  await sql`delete from plugin_logs
    where organisation_id = ${organisationId}::uuid and installation_id = ${id}::uuid and (created_at, id) < (
      select created_at, id from plugin_logs
      where organisation_id = ${organisationId}::uuid and installation_id = ${id}::uuid
      order by created_at desc, id desc offset ${keep - 1} limit 1
    )`.execute(tx);
}

type PageRequest = { organisationId: string; id: string; after: Position | null; limit: number };

type EventRow = { id: string; type: string; detail: Detail; actor: string | null; created_at: Date };

/**
 * Newest first; one row more than the limit, to see whether there is another page. Violations stand in security_events
 * alone and are shown among what else happened, to whom `violations` says; each side reads no more rows than the page has.
 */
export async function listEvents(
  tx: Tx,
  { organisationId, id, after, limit, violations }: PageRequest & { violations: boolean },
) {
  const own = sql`organisation_id = ${organisationId}::uuid and installation_id = ${id}::uuid`;
  const counted = await sql<{ count: number }>`select
      (select count(*) from (select from plugin_events where ${own} limit ${countedRows}) as own_events) +
      (select count(*) from (select from security_events where ${own} and ${violations} limit ${countedRows}) as violations) as count`.execute(
    tx,
  );
  const page = sql`${own} and ${after === null ? sql`true` : before(after)}
    order by created_at desc, id desc limit ${limit + 1}`;
  const { rows } = await sql<EventRow>`select * from (
      (select id, type, detail, actor, created_at from plugin_events where ${page})
      union all
      (select id, case type when 'reported' then 'security:reported' else 'security:violation' end,
        jsonb_build_object('violation', type, 'severity', severity, 'title', title, 'detail', detail, 'count', count),
        null, created_at
      from security_events where ${violations} and ${page})
    ) as happened order by created_at desc, id desc limit ${limit + 1}`.execute(tx);
  return { rows, counted: Math.min(Number(counted.rows[0]?.count ?? 0), countedRows) };
}

/** Newest first; one row more than the limit. */
export async function listLogLines(tx: Tx, { organisationId, id, after, limit }: PageRequest) {
  const own = tx
    .selectFrom('plugin_logs')
    .where('organisation_id', '=', organisationId)
    .where('installation_id', '=', id);
  const counted = await tx
    .selectFrom(own.select('id').limit(countedRows).as('counted'))
    .select((row) => row.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const rows = await own
    .select(['id', 'level', 'message', 'created_at'])
    .$if(after !== null, (page) => page.where(before(after)))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  return { rows, counted: Number(counted.count) };
}

function before(after: Position | null) {
  return sql<boolean>`(created_at, id) < (${after?.at}::timestamptz, ${after?.id}::uuid)`;
}
