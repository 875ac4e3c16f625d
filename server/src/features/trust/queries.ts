import { sql } from 'kysely';
import type { KillKind, TrustedKey } from '@proofpix/contract/trust';
import type { Tx } from '../../db/tenancy.ts';
import { userOf, type Actor } from '../audit/record-act.ts';

/** All of it only as system: keys, kill list and metadata belong to no organisation. */

/** Whoever changes something of it publishes it too, one after the other: versions of metadata only grow. */
export async function lockTrust(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('trust', 0))`.execute(tx);
}

export async function findFile(tx: Tx, name: string): Promise<Uint8Array | null> {
  const row = await tx.selectFrom('trust_files').select('bytes').where('name', '=', name).executeTakeFirst();
  return row?.bytes ?? null;
}

/** Changes with everything that is published. */
export async function findPublishedAt(tx: Tx): Promise<number | null> {
  const row = await tx
    .selectFrom('trust_files')
    .select('updated_at')
    .where('name', '=', 'timestamp.json')
    .executeTakeFirst();
  return row?.updated_at.getTime() ?? null;
}

export async function findNewestRoot(tx: Tx): Promise<Uint8Array | null> {
  const row = await tx
    .selectFrom('trust_files')
    .select('bytes')
    .where('name', 'like', '%.root.json')
    .orderBy(sql`split_part(name, '.', 1)::integer`, 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.bytes ?? null;
}

export async function saveFile(tx: Tx, name: string, bytes: Uint8Array): Promise<void> {
  await tx
    .insertInto('trust_files')
    .values({ name, bytes })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ bytes }))
    .execute();
}

/** What no client can still be about to ask for. Roots stay: each client follows them one by one. */
export async function deleteOldFiles(tx: Tx, keep: readonly string[], before: Date): Promise<void> {
  await tx
    .deleteFrom('trust_files')
    .where('name', 'not in', [...keep])
    .where('name', 'not like', '%root.json')
    .where('updated_at', '<', sql<Date>`${before}`)
    .execute();
}

const keyColumns = [
  'key_id',
  'public_key',
  'role',
  'publisher',
  'valid_from',
  'valid_until',
  'revoked_from',
  'revoke_reason',
] as const;

export async function findKeys(tx: Tx): Promise<TrustedKey[]> {
  return (await tx.selectFrom('trust_keys').select(keyColumns).orderBy('key_id').execute()).map(toKey);
}

/** Null when there is one already. */
export async function insertKey(
  tx: Tx,
  key: {
    keyId: string;
    publicKey: string;
    role: TrustedKey['role'];
    publisher: string | null;
    from: Date;
    until: Date | null;
    actor: Actor;
  },
): Promise<TrustedKey | null> {
  const row = await tx
    .insertInto('trust_keys')
    .values({
      key_id: key.keyId,
      public_key: key.publicKey,
      role: key.role,
      publisher: key.publisher,
      valid_from: key.from,
      valid_until: key.until,
      created_by: userOf(key.actor),
    })
    .onConflict((conflict) => conflict.column('key_id').doNothing())
    .returning(keyColumns)
    .executeTakeFirst();
  return row ? toKey(row) : null;
}

/** An earlier time of a revocation stays: it was public. */
export async function revokeKeyRow(
  tx: Tx,
  { keyId, from, reason, actor }: { keyId: string; from: Date; reason: string; actor: Actor },
): Promise<TrustedKey | null> {
  const row = await tx
    .updateTable('trust_keys')
    .set({
      revoked_from: sql<Date>`least(coalesce(revoked_from, ${from}), ${from})`,
      revoke_reason: reason,
      revoked_by: userOf(actor),
    })
    .where('key_id', '=', keyId)
    .returning(keyColumns)
    .executeTakeFirst();
  return row ? toKey(row) : null;
}

function toKey(row: {
  key_id: string;
  public_key: string;
  role: TrustedKey['role'];
  publisher: string | null;
  valid_from: Date;
  valid_until: Date | null;
  revoked_from: Date | null;
  revoke_reason: string | null;
}): TrustedKey {
  const { revoked_from: revokedFrom, revoke_reason: reason } = row;
  return {
    keyId: row.key_id,
    publicKey: row.public_key,
    role: row.role,
    publisher: row.publisher,
    from: row.valid_from.toISOString(),
    until: row.valid_until?.toISOString() ?? null,
    revoked: revokedFrom === null || reason === null ? null : { from: revokedFrom.toISOString(), reason },
  };
}

export type KillRow = Awaited<ReturnType<typeof listKillEntries>>[number];

function killEntries(tx: Tx) {
  return tx
    .selectFrom('kill_entries')
    .select((row) => [
      'id',
      'kind',
      'value',
      'reason',
      'valid_from',
      'created_at',
      'lifted_at',
      'lift_reason',
      row.selectFrom('users').select('users.name').whereRef('users.id', '=', 'created_by').as('created_by'),
      row.selectFrom('users').select('users.name').whereRef('users.id', '=', 'lifted_by').as('lifted_by'),
    ]);
}

export async function listKillEntries(tx: Tx, limit: number) {
  return killEntries(tx).orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).execute();
}

/** Those that were not lifted, in force or not yet. */
export async function findStanding(tx: Tx): Promise<KillRow[]> {
  return killEntries(tx).where('lifted_at', 'is', null).orderBy('created_at').orderBy('id').execute();
}

export async function countStanding(tx: Tx): Promise<number> {
  const row = await tx
    .selectFrom('kill_entries')
    .select((of) => of.fn.countAll<number>().as('count'))
    .where('lifted_at', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** Null when one for the same stands. */
export async function insertKill(
  tx: Tx,
  entry: { kind: KillKind; value: string; reason: string; from: Date; actor: Actor },
): Promise<KillRow | null> {
  const inserted = await tx
    .insertInto('kill_entries')
    .values({
      kind: entry.kind,
      value: entry.value,
      reason: entry.reason,
      valid_from: entry.from,
      created_by: userOf(entry.actor),
    })
    .onConflict((conflict) => conflict.columns(['kind', 'value']).where('lifted_at', 'is', null).doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted ? killEntries(tx).where('id', '=', inserted.id).executeTakeFirstOrThrow() : null;
}

/** Null when there is none that stands. */
export async function liftKill(
  tx: Tx,
  { id, reason, actor }: { id: string; reason: string; actor: Actor },
): Promise<KillRow | null> {
  const lifted = await tx
    .updateTable('kill_entries')
    .set({ lifted_at: new Date(), lifted_by: userOf(actor), lift_reason: reason })
    .where('id', '=', id)
    .where('lifted_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return lifted ? killEntries(tx).where('id', '=', lifted.id).executeTakeFirstOrThrow() : null;
}
