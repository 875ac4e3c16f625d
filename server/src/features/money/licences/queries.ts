import { sql, type Selectable } from 'kysely';
import type { LicenceStatement } from '@proofpix/signatures/licence';
import type { Envelope } from '@proofpix/signatures/dsse';
import type { Tables } from '../../../db/tables.ts';
import type { Tx } from '../../../db/tenancy.ts';
import { jsonText } from '../../../db/types.ts';

export type LicenceRow = Selectable<Tables['licences']>;
export type LicenceKey = { organisationId: string; source: string; publisher: string; pluginId: string };

export async function findLicence(tx: Tx, key: LicenceKey): Promise<LicenceRow | undefined> {
  return tx
    .selectFrom('licences')
    .selectAll()
    .where('organisation_id', '=', key.organisationId)
    .where('source', '=', key.source)
    .where('publisher', '=', key.publisher)
    .where('plugin_id', '=', key.pluginId)
    .executeTakeFirst();
}

export async function listLicences(tx: Tx, organisationId: string): Promise<LicenceRow[]> {
  return tx
    .selectFrom('licences')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .orderBy('publisher')
    .orderBy('plugin_id')
    .execute();
}

/** What it says is in the statement; beside it stand what to look for, and when a trial began. */
export async function putLicence(
  tx: Tx,
  statement: LicenceStatement,
  { envelope, orderId, trialBeganAt }: { envelope: Envelope; orderId: string | null; trialBeganAt?: Date },
): Promise<void> {
  const change = {
    kind: statement.kind,
    statement: jsonText(envelope),
    ends_at: statement.until,
    order_id: orderId,
    ...(trialBeganAt === undefined ? {} : { trial_began_at: trialBeganAt }),
  };
  await tx
    .insertInto('licences')
    .values({
      organisation_id: statement.organisation,
      source: statement.source,
      publisher: statement.publisher,
      plugin_id: statement.plugin,
      ...change,
    })
    .onConflict((conflict) =>
      conflict.columns(['organisation_id', 'source', 'publisher', 'plugin_id']).doUpdateSet(change),
    )
    .execute();
}

/** The row stays: it remembers that there was a trial. */
export async function withdrawLicence(tx: Tx, key: LicenceKey): Promise<void> {
  await tx
    .updateTable('licences')
    .set({ statement: null })
    .where('organisation_id', '=', key.organisationId)
    .where('source', '=', key.source)
    .where('publisher', '=', key.publisher)
    .where('plugin_id', '=', key.pluginId)
    .execute();
}

export type NeedingRow = {
  organisation_id: string;
  source: string;
  publisher: string;
  plugin_id: string;
  statement: LicenceRow['statement'];
};

/**
 * Every installation that needs a licence, with what there is of one. What was installed while it was free was agreed to be
 * free, and what is free now needs none.
 */
export async function listNeeding(tx: Tx): Promise<NeedingRow[]> {
  const { rows } = await sql<NeedingRow>`
    select p.organisation_id, p.source, p.publisher, p.plugin_id, l.statement
    from plugins p
    join lateral (select kind from plugin_prices where publisher = p.publisher and plugin_id = p.plugin_id
      order by created_at desc, id desc limit 1) as now on now.kind <> 'free'
    join lateral (select kind from plugin_prices where publisher = p.publisher and plugin_id = p.plugin_id
      and created_at <= p.installed_at order by created_at desc, id desc limit 1) as agreed on agreed.kind <> 'free'
    left join licences l on l.organisation_id = p.organisation_id and l.source = p.source
      and l.publisher = p.publisher and l.plugin_id = p.plugin_id
    where p.source = 'marketplace'`.execute(tx);
  return rows;
}

/** Those that were issued here and are to be signed anew. */
export async function listSigned(tx: Tx): Promise<LicenceRow[]> {
  return tx
    .selectFrom('licences')
    .selectAll()
    .where('statement', 'is not', null)
    .where((row) => row.or([row('ends_at', 'is', null), row('ends_at', '>', new Date())]))
    .execute();
}

/** The latest moment that this server knows to have been: a clock that is turned back makes no licence younger. */
export async function seeClock(tx: Tx, now: Date): Promise<Date> {
  const { clock_seen: seen } = await tx.selectFrom('money_settings').select('clock_seen').executeTakeFirstOrThrow();
  // Looked at every few seconds, and a write each time would wake the disk of a server that does nothing.
  if (seen.getTime() + notedMilliseconds > now.getTime()) return seen;
  await tx
    .updateTable('money_settings')
    .set({ clock_seen: sql<Date>`greatest(clock_seen, ${now}::timestamptz)` })
    .execute();
  return now;
}

const notedMilliseconds = 60_000;
