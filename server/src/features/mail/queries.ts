import { sql } from 'kysely';
import type { Tx } from '../../db/tenancy.ts';

/** How long the operator is shown a mail that was given up, and how many of them. */
const shownDays = 30;
const mostShown = 200;

export async function insertMail(tx: Tx, row: { id: string; content: Uint8Array; expiresAt: Date }): Promise<void> {
  await tx.deleteFrom('mails').where('given_up_at', '<', daysAgo(shownDays)).execute();
  await tx.insertInto('mails').values({ id: row.id, content: row.content, expires_at: row.expiresAt }).execute();
}

/** In one statement: of two who want to send it at once, one gets it. */
export async function claimMail(
  tx: Tx,
  id: string,
  until: Date,
): Promise<{ content: Uint8Array; attempts: number } | undefined> {
  return tx
    .updateTable('mails')
    .set({ claimed_until: until, attempts: sql`attempts + 1` })
    .where('id', '=', id)
    .where('given_up_at', 'is', null)
    .where(({ or, eb }) =>
      or([eb('claimed_until', 'is', null), eb('claimed_until', '<', sql<Date>`clock_timestamp()`)]),
    )
    .where('expires_at', '>', sql<Date>`clock_timestamp()`)
    .returning(['content', 'attempts'])
    .executeTakeFirst();
}

/** Until when somebody else is sending it; null where nobody is. */
export async function findClaim(
  tx: Tx,
  id: string,
): Promise<{ claimed_until: Date | null; expires_at: Date } | undefined> {
  return tx
    .selectFrom('mails')
    .select(['claimed_until', 'expires_at'])
    .where('id', '=', id)
    .where('given_up_at', 'is', null)
    .executeTakeFirst();
}

export async function releaseMail(tx: Tx, id: string): Promise<void> {
  await tx.updateTable('mails').set({ claimed_until: null }).where('id', '=', id).execute();
}

/** The row goes with what it says: of a mail that was sent nothing is kept. */
export async function deleteMail(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('mails').where('id', '=', id).execute();
}

/** It stays, for whoever runs the server. */
export async function giveUp(tx: Tx, id: string, why: { failure: string; response: number | null }): Promise<void> {
  await tx
    .updateTable('mails')
    .set({ ...why, given_up_at: sql`clock_timestamp()`, claimed_until: null })
    .where('id', '=', id)
    .execute();
}

export type FailedRow = NonNullable<Awaited<ReturnType<typeof findFailed>>>;

function failed(tx: Tx) {
  return tx
    .selectFrom('mails')
    .select(['id', 'content', 'attempts', 'failure', 'response', 'created_at', 'given_up_at', 'expires_at'])
    .where('given_up_at', '>=', daysAgo(shownDays));
}

export async function listFailed(tx: Tx): Promise<FailedRow[]> {
  return failed(tx).orderBy('given_up_at', 'desc').orderBy('id', 'desc').limit(mostShown).execute();
}

export async function findFailed(tx: Tx, id: string) {
  return failed(tx).where('id', '=', id).executeTakeFirst();
}

/** False when somebody else did so meanwhile. */
export async function reviveMail(tx: Tx, id: string): Promise<boolean> {
  const revived = await tx
    .updateTable('mails')
    .set({ given_up_at: null, failure: null, response: null, attempts: 0 })
    .where('id', '=', id)
    .where('given_up_at', 'is not', null)
    .returning('id')
    .executeTakeFirst();
  return revived !== undefined;
}

function daysAgo(days: number) {
  return sql<Date>`clock_timestamp() - make_interval(days => ${days})`;
}
