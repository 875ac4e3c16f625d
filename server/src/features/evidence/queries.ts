import type { Tx } from '../../db/tenancy.ts';

export type CustodyFacts = { startedBy: string | null; stepsFinishedAt: Date[] };

/** Who started a run, and when each of its steps was stored. */
export async function findCustodyFacts(tx: Tx, runId: string): Promise<CustodyFacts> {
  const run = await tx
    .selectFrom('runs')
    .leftJoin('users', 'users.id', 'runs.created_by')
    .select('users.name')
    .where('runs.id', '=', runId)
    .executeTakeFirst();
  const steps = await tx
    .selectFrom('run_steps')
    .select('created_at')
    .where('run_id', '=', runId)
    .orderBy('position')
    .execute();
  return { startedBy: run?.name ?? null, stepsFinishedAt: steps.map(({ created_at }) => created_at) };
}

/** Null once the person is no longer a member. */
export async function findMemberName(tx: Tx, userId: string): Promise<string | null> {
  const user = await tx.selectFrom('users').select('name').where('id', '=', userId).executeTakeFirst();
  return user?.name ?? null;
}
