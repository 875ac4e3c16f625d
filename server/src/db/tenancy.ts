import { sql, type Transaction } from 'kysely';
import type { Database } from './database.ts';
import type { Tables } from './tables.ts';

/** A transaction whose organisation is set, or that was opened as system. Inside it use only it, never the database. */
export type Tx = Transaction<Tables>;

/** Everything that may look beyond one organisation. The list is the review: a new reason is a new line here. */
export const systemReasons = {
  'first-start': 'creates the first organisation and its owner',
  'sign-in':
    'looks up people, sessions, codes and keys before the organisation is known, and changes what belongs to a person',
  'create-organisation': 'an operator creates an organisation with its owner',
  'send-mail': 'mails, new passwords and confirmed addresses belong to people, not to an organisation',
  invitations: 'finds an invitation by its link, and the accounts of those who accept',
  'single-sign-on': 'finds who comes back from a provider, before the organisation is known, and makes its members',
  'manage-members': 'lists, adds, changes and removes people of an organisation: users belong to no organisation',
  'load-plugins': 'registers all loaded plugins of all organisations at start',
  'fill-marketplace': 'writes the catalog, which belongs to no organisation',
  'count-use': 'counts how many organisations really use what the catalog offers; no number says which',
  'resume-work': 'takes up runs and jobs that a crash interrupted',
  trust:
    'keeps the keys and the kill list, which belong to no organisation, and finds the installations that they name',
  'publisher-analytics':
    'counts what becomes of what is published, without saying who, and shows the numbers to publishers',
  publishers: 'names to publish under are unique over all organisations, and profiles are for everybody',
  reviews: 'reviewers see what all organisations sent to review',
  ratings: 'organisations rate what others publish, and moderators see ratings of all of them',
  'abuse-reports': 'people report what others publish and write, and moderators see what all of them reported',
  takedowns: 'mails the people of all organisations what was taken down',
  releases: 'writes what is published, which belongs to no organisation',
  questions: 'questions and answers are for everybody on this server, with the names that people show',
  support: 'a support request has two sides: the publisher reads and answers what another organisation asked it',
  announcements: 'goes to every organisation that has a plugin installed, and to whoever follows its publisher',
  'receive-webhooks': 'finds the receiver that a message names, before its organisation is known',
  prune: 'deletes expired sessions, codes, storage and old log lines',
  'rotate-keys': 'seals everything again with the newest master key',
  'rescan-packages': 'finds the packages that older rules judged, or none yet',
  'bundled-scans': 'reads what was found in packages that come with the server, whoever installed them',
  'expire-requests': 'finds approvals whose time is over',
  'update-plugins': 'finds the organisations whose plugins are offered in another version',
  'roll-up': 'finds the organisations whose day is over',
  'audit-dependencies': 'finds the organisations whose plugins are to be looked at again',
  'find-oauth-flow': 'finds who comes back from a provider, before the organisation is known',
  audit: "orders and seals the acts of all organisations, and keeps the server's own trail, which belongs to none",
  'receive-payments':
    'applies what Stripe says of subscriptions, before the organisation is known, and finds those that are over',
  money:
    'books sales and payouts, whose two sides are two organisations and the operator, and finds who needs a licence',
  'count-requests': 'writes how many requests organisations made this month',
  erase: 'takes a person out of every table, or an organisation with everything in it',
  retention: 'deletes what is older than each organisation keeps it, and finds the organisations',
  exposures: 'tells the operator which organisations ran a package',
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
