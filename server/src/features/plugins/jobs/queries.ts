import { sql } from 'kysely';
import type { Json } from '@proofpix/contract/json';
import type { Tx } from '../../../db/tenancy.ts';
import { jsonText } from '../../../db/types.ts';
import { userOf, type Actor } from '../../audit/record-act.ts';

export type JobError = { code: string; message: string; errors?: { field: string; message: string }[] };

/**
 * What a job may leave behind if the server dies: an object that no row names yet, or a folder of its own in the object
 * store. Written before the bytes are; the start after a crash clears it.
 */
export type Leftover = { archiveDigest?: string; folder?: string };

/** A job that nobody was told about is deleted when it ends; one that was answered with 202 (`announced`) stays. */
type Input = Leftover & { announced?: true };

export async function beginJob(
  tx: Tx,
  job: { id: string; organisationId: string; kind: string; leftover: Leftover; actor: Actor },
): Promise<void> {
  const input = jsonText(job.leftover satisfies Input);
  await tx
    .insertInto('jobs')
    .values({
      id: job.id,
      organisation_id: job.organisationId,
      kind: job.kind,
      state: 'running',
      input,
      created_by: userOf(job.actor),
      started_at: new Date(),
    })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ input: sql<string>`jobs.input || excluded.input` }))
    .execute();
}

export async function announceJob(
  tx: Tx,
  job: { id: string; organisationId: string; kind: string; actor: Actor },
): Promise<void> {
  await beginJob(tx, { ...job, leftover: { announced: true } as Leftover }); // Input is a Leftover with this mark
}

/** Nothing is left to clear: forgets the leftover, and the job with it unless somebody was told of it. */
export async function clearLeftover(tx: Tx, id: string): Promise<void> {
  await sql`with forgotten as (
      delete from jobs where id = ${id}::uuid and not input ? 'announced' returning id
    )
    update jobs set input = ${jsonText({ announced: true })}::jsonb
    where id = ${id}::uuid and not exists (select from forgotten)`.execute(tx);
}

export async function finishJob(tx: Tx, id: string, end: { result: Json } | { error: JobError }): Promise<void> {
  await tx
    .updateTable('jobs')
    .set({
      ...('result' in end
        ? { state: 'done' as const, result: jsonText(end.result) }
        : { state: 'failed' as const, error: jsonText(end.error) }),
      finished_at: new Date(),
    })
    .where('id', '=', id)
    .execute();
}

export async function findJob(tx: Tx, id: string) {
  return tx
    .selectFrom('jobs')
    .select(['id', 'kind', 'state', 'result', 'error', 'created_at', 'finished_at'])
    .where('id', '=', id)
    .executeTakeFirst();
}

/** Of all organisations: only as system. */
export async function findInterrupted(tx: Tx, kinds: readonly string[]) {
  const rows = await tx
    .selectFrom('jobs')
    .select(['id', 'organisation_id', 'input'])
    .where('state', '=', 'running')
    .where('kind', 'in', kinds)
    .orderBy('created_at')
    .execute();
  // Only beginJob writes these rows.
  return rows.map(({ id, organisation_id, input }) => ({ id, organisationId: organisation_id, input: input as Input }));
}
