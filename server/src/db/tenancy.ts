import { sql, type Transaction } from 'kysely';
import type { Database } from './database.ts';
import type { Tables } from './tables.ts';

/** A transaction whose organisation is set, or that was opened as system. Inside it use only it, never the database. */
export type Tx = Transaction<Tables>;

/** Everything that may look beyond one organisation. The list is the review: a new reason is a new line here. */
export const systemReasons = {
  'first-start': 'creates the first organisation and its owner',
  'sign-in': 'looks up people, sessions and codes before the organisation is known',
  'create-organisation': 'an operator creates an organisation with its owner',
  'manage-members': 'adds and removes people of an organisation: users belong to no organisation',
  'load-plugins': 'registers all loaded plugins of all organisations at start',
  'fill-marketplace': 'writes the catalog, which belongs to no organisation',
  'resume-work': 'takes up runs and jobs that a crash interrupted',
  'receive-webhooks': 'finds the receiver that a message names, before its organisation is known',
  prune: 'deletes expired sessions, codes, storage and old log lines',
  'rotate-keys': 'seals everything again with the newest master key',
  'roll-up': 'finds the organisations whose day is over',
  'find-oauth-flow': 'finds who comes back from a provider, before the organisation is known',
  'write-metrics': 'writes metrics and log lines of many organisations in one transaction',
} as const;
export type SystemReason = keyof typeof systemReasons;

/**
 * The only way to a feature's transaction: row-level security lets it see and write this one organisation.
 * What belongs to another organisation behaves as missing.
 */
export async function withOrganisation<T>(
  database: Database,
  organisationId: string,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  return database.kysely.transaction().execute(async (tx) => {
    // One round trip; on the embedded database it travels in the same message as BEGIN. The connection has its role.
    await sql`select set_config('app.organisation', ${organisationId}, true)`.execute(tx);
    return work(tx);
  });
}

/** A transaction over all organisations, for one of the listed reasons. */
export async function asSystem<T>(database: Database, reason: SystemReason, work: (tx: Tx) => Promise<T>): Promise<T> {
  return database.owner.transaction().execute(async (tx) => {
    await sql`select set_config('role', 'proofpix_owner', true), set_config('app.system', ${reason}, true)`.execute(tx);
    return work(tx);
  });
}
