import { sql } from 'kysely';
import type { AuditHead } from '@proofpix/contract/audit-record';
import type { Tx } from '../../../db/tenancy.ts';
import { jsonText } from '../../../db/types.ts';
import { actColumns, type ActRow, type HeadRow, type Trail } from '../queries.ts';

/** One sealer of a trail at a time, on however many servers; the next one sees what this one committed. */
export async function lockTrail(tx: Tx, trail: Trail): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`audit ${trail ?? 'server'}`}, 0))`.execute(tx);
}

export async function findUnsealedTrails(tx: Tx): Promise<Trail[]> {
  const rows = await tx
    .selectFrom('audit_acts')
    .select('organisation_id')
    .distinct()
    .where('position', 'is', null)
    .execute();
  return rows.map((row) => row.organisation_id);
}

/** Of each trail. */
export async function findNewestHeads(tx: Tx): Promise<HeadRow[]> {
  return tx
    .selectFrom('audit_heads')
    .selectAll()
    .distinctOn('organisation_id')
    .orderBy('organisation_id')
    .orderBy('position', 'desc')
    .execute();
}

export async function findUnsealed(tx: Tx, trail: Trail, limit: number): Promise<ActRow[]> {
  return tx
    .selectFrom('audit_acts')
    .select(actColumns)
    .where('organisation_id', trail === null ? 'is' : '=', trail)
    .where('position', 'is', null)
    .orderBy('created_at')
    .orderBy('id')
    .limit(limit)
    .execute();
}

export async function findLastSealed(tx: Tx, trail: Trail): Promise<{ position: number; hash: string } | null> {
  const row = await tx
    .selectFrom('audit_acts')
    .select(['position', 'hash'])
    .where('organisation_id', trail === null ? 'is' : '=', trail)
    .where('position', 'is not', null)
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row?.position == null || row.hash === null) return null;
  return { position: row.position, hash: Buffer.from(row.hash).toString('hex') };
}

export type Sealed = { id: string; position: number; previous: string | null; hash: string };

export async function sealActs(tx: Tx, sealed: readonly Sealed[]): Promise<void> {
  await sql`update audit_acts
    set position = line.position, previous = decode(line.previous, 'hex'), hash = decode(line.hash, 'hex')
    from jsonb_to_recordset(${jsonText(sealed)}::jsonb) as line (id uuid, position bigint, previous text, hash text)
    where audit_acts.id = line.id`.execute(tx);
}

export async function insertHead(tx: Tx, trail: Trail, head: AuditHead): Promise<void> {
  await tx
    .insertInto('audit_heads')
    .values({
      organisation_id: trail,
      position: head.position,
      hash: Buffer.from(head.hash, 'hex'),
      public_key: head.publicKey,
      signature: head.signature,
      signed_at: head.signedAt,
    })
    .execute();
}
