import { sql } from 'kysely';
import { asSystem, type Tx } from './tenancy.ts';
import type { Database } from './database.ts';
import type { Tables } from './tables.ts';

/** A column of values that `keys` sealed. A change of the master key seals all of them again. */
export type SealedColumn = {
  table: keyof Tables;
  column: string;
  /** The columns of its primary key. */
  id: readonly string[];
  /** What the values are sealed for: a word of ours, then the values of these columns, a line each. */
  purpose: readonly [word: string, ...columns: string[]];
};

/** Every sealed column there is. A new one is a line here, and a value in the test of the rotation. */
export const sealedColumns: readonly SealedColumn[] = [
  {
    table: 'plugin_storage',
    column: 'value',
    id: ['installation_id', 'key'],
    purpose: ['plugin-storage', 'organisation_id', 'installation_id', 'key'],
  },
  {
    table: 'plugin_configurations',
    column: 'secrets',
    id: ['installation_id'],
    purpose: ['plugin-secrets', 'organisation_id', 'installation_id'],
  },
  {
    table: 'plugin_restore_values',
    column: 'value',
    id: ['point_id', 'key'],
    purpose: ['plugin-storage', 'organisation_id', 'installation_id', 'key'],
  },
  {
    table: 'plugin_restore_points',
    column: 'secrets',
    id: ['id'],
    purpose: ['plugin-secrets', 'organisation_id', 'installation_id'],
  },
  {
    table: 'organisation_keys',
    column: 'private_key',
    id: ['organisation_id', 'purpose'],
    purpose: ['evidence-key', 'organisation_id'],
  },
  { table: 'signing_keys', column: 'private_key', id: ['key_id'], purpose: ['signing-key', 'key_id'] },
  { table: 'second_factors', column: 'secret', id: ['user_id'], purpose: ['second-factor', 'user_id'] },
  {
    table: 'oauth_providers',
    column: 'client_secret',
    id: ['id'],
    purpose: ['oauth-client-secret', 'organisation_id', 'id'],
  },
  {
    table: 'oauth_flows',
    column: 'verifier',
    id: ['state_hash'],
    purpose: ['oauth-verifier', 'organisation_id', 'provider_id'],
  },
  {
    table: 'oauth_connections',
    column: 'access_token',
    id: ['provider_id'],
    purpose: ['oauth-access-token', 'organisation_id', 'provider_id'],
  },
  {
    table: 'oauth_connections',
    column: 'refresh_token',
    id: ['provider_id'],
    purpose: ['oauth-refresh-token', 'organisation_id', 'provider_id'],
  },
  {
    table: 'mails',
    column: 'content',
    id: ['id'],
    purpose: ['mail', 'id'],
  },
  {
    table: 'single_sign_on',
    column: 'client_secret',
    id: ['organisation_id'],
    purpose: ['single-sign-on-secret', 'organisation_id'],
  },
  {
    table: 'single_sign_on_flows',
    column: 'secrets',
    id: ['state_hash'],
    purpose: ['single-sign-on-flow', 'organisation_id'],
  },
  { table: 'erasures', column: 'sought', id: ['id'], purpose: ['erasure', 'organisation_id', 'id'] },
  ...(['webhook_endpoints', 'webhook_receivers'] as const).flatMap((table) =>
    ['secret', 'previous_secret'].map((column): SealedColumn => ({
      table,
      column,
      id: ['id'],
      purpose: ['webhook-secret', 'organisation_id', 'id'],
    })),
  ),
];

export type SealedRow = { id: readonly unknown[]; purpose: string; sealed: Uint8Array };

/** The first byte of a sealed value; without reading the rest of a large one. */
function sealedWith(column: string, versions: readonly number[]) {
  const first = sql`substring(${sql.ref(column)} from 1 for 1)`;
  return sql`${first} in (${sql.join(versions.map((version) => Uint8Array.of(version)))})`;
}

/**
 * The next values that are sealed with one of the versions, behind `after` in the order of the primary key, locked. A row
 * that somebody is changing is left out: waiting for two of them in different orders could block both for ever.
 */
export async function takeSealed(
  tx: Tx,
  { table, column, id, purpose: [word, ...columns] }: SealedColumn,
  { versions, after, limit }: { versions: readonly number[]; after: readonly unknown[] | null; limit: number },
): Promise<SealedRow[]> {
  const ids = sql.join(id.map((name) => sql.ref(name)));
  const behind = after === null ? sql`true` : sql`(${ids}) > (${sql.join(after)})`;
  const { rows } = await sql<Record<string, unknown> & { sealed: Uint8Array }>`
    select ${sql.join([...new Set([...id, ...columns])].map((name) => sql.ref(name)))}, ${sql.ref(column)} as sealed
    from ${sql.table(table)} where ${sealedWith(column, versions)} and ${behind}
    order by ${ids} limit ${limit} for update skip locked`.execute(tx);
  return rows.map((row) => ({
    id: id.map((name) => row[name]),
    purpose: [word, ...columns.map((name) => row[name])].join('\n'),
    sealed: row.sealed,
  }));
}

export async function replaceSealed(
  tx: Tx,
  { table, column, id }: SealedColumn,
  row: { id: readonly unknown[]; sealed: Uint8Array },
): Promise<void> {
  const ids = sql.join(id.map((name) => sql.ref(name)));
  await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${row.sealed}
    where (${ids}) = (${sql.join(row.id)})`.execute(tx);
}

/** How many values only these versions open. */
export async function countSealed(tx: Tx, versions: readonly number[]): Promise<number> {
  if (versions.length === 0) return 0;
  const counts = sealedColumns.map(
    ({ table, column }) => sql`select count(*) as count from ${sql.table(table)} where ${sealedWith(column, versions)}`,
  );
  const { rows } = await sql<{ count: number }>`
    select coalesce(sum(count), 0) as count from (${sql.join(counts, sql` union all `)}) as counts`.execute(tx);
  return Number(rows[0]?.count ?? 0);
}

export async function findKeyProofs(database: Database): Promise<{ version: number; proof: Uint8Array }[]> {
  return asSystem(database, 'rotate-keys', (tx) =>
    tx.selectFrom('master_keys').select(['version', 'proof']).orderBy('version').execute(),
  );
}

/** Keeps those that are there already, whoever was quicker. */
export async function addKeyProofs(
  database: Database,
  proofs: readonly { version: number; proof: Uint8Array }[],
): Promise<void> {
  await asSystem(database, 'rotate-keys', (tx) =>
    tx
      .insertInto('master_keys')
      .values([...proofs])
      .onConflict((conflict) => conflict.column('version').doNothing())
      .execute(),
  );
}

export async function removeKeyProofs(tx: Tx, versions: readonly number[]): Promise<void> {
  if (versions.length === 0) return;
  await tx
    .deleteFrom('master_keys')
    .where('version', 'in', [...versions])
    .execute();
}
