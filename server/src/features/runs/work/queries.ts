import { sql } from 'kysely';
import type { Json } from '@proofpix/contract/json';
import type { RunSummary, Step, StepError } from '@proofpix/contract/runs';
import type { Tx } from '../../../db/tenancy.ts';
import { jsonText } from '../../../db/types.ts';
import { findSummary, summaries, toSummary } from '../queries.ts';

/** The oldest waiting run of an organisation. */
export type Waiting = { runId: string; organisationId: string };

/** Of each organisation that has waiting runs the oldest one. Of all organisations: only as system. */
export async function findWaiting(tx: Tx): Promise<Waiting[]> {
  const found = await sql<{ run_id: string; organisation_id: string }>`
    select oldest.id as run_id, o.id as organisation_id
    from organisations as o cross join lateral (
      select id, created_at from runs as r where r.organisation_id = o.id and r.state = 'waiting' order by r.created_at, r.id limit 1
    ) as oldest
    order by oldest.created_at limit 1000`.execute(tx);
  return found.rows.map((row) => ({ runId: row.run_id, organisationId: row.organisation_id }));
}

/** A run that this process works on from now on; `attempt` marks what it writes. */
export type Claimed = {
  summary: RunSummary;
  organisationId: string;
  attempt: number;
  options: { readonly [key: string]: Json };
};

/** Undefined when the run no longer waits. */
export async function claimRun(tx: Tx, { runId, organisationId }: Waiting): Promise<Claimed | undefined> {
  const claimed = await tx
    .updateTable('runs')
    .set(({ eb }) => ({ state: 'running', started_at: new Date(), attempts: eb('attempts', '+', 1) }))
    .where('id', '=', runId)
    .where('state', '=', 'waiting')
    .returning(['attempts', 'options'])
    .executeTakeFirst();
  const summary = claimed && (await findSummary(tx, runId));
  return summary && { summary, organisationId, attempt: claimed.attempts, options: claimed.options };
}

type Attempt = { runId: string; attempt: number };

/** Steps and derived files of an attempt that did not end. Gives the digests of the files. */
export async function clearAttempt(tx: Tx, runId: string): Promise<string[]> {
  await tx.deleteFrom('run_steps').where('run_id', '=', runId).execute();
  const files = await tx.deleteFrom('run_files').where('run_id', '=', runId).returning('sha256').execute();
  return files.map(({ sha256 }) => sha256);
}

export async function setStepsTotal(tx: Tx, { runId, attempt }: Attempt, stepsTotal: number): Promise<void> {
  await tx
    .updateTable('runs')
    .set({ steps_total: stepsTotal })
    .where('id', '=', runId)
    .where('attempts', '=', attempt)
    .execute();
}

export type Progress = Pick<RunSummary, 'stepsDone' | 'failedSteps' | 'findingCounts'>;

function columnsOf({ stepsDone, failedSteps, findingCounts }: Progress) {
  return {
    steps_done: stepsDone,
    failed_steps: failedSteps,
    findings_strong: findingCounts.strong,
    findings_possible: findingCounts.possible,
    findings_note: findingCounts.note,
  };
}

/** A finished step, and how far the run is. Undefined when the run is no longer this attempt's: it was deleted or taken up anew. */
export async function insertStep(
  tx: Tx,
  { runId, attempt, organisationId }: Attempt & { organisationId: string },
  { step, progress }: { step: Step; progress: Progress },
): Promise<RunSummary | undefined> {
  const mine = await tx
    .updateTable('runs')
    .set(columnsOf(progress))
    .where('id', '=', runId)
    .where('attempts', '=', attempt)
    .where('state', '=', 'running')
    .returning('id')
    .executeTakeFirst();
  if (mine === undefined) return undefined;
  await tx
    .insertInto('run_steps')
    .values({
      organisation_id: organisationId,
      run_id: runId,
      position: progress.stepsDone - 1,
      hook: step.hook,
      plugin_id: step.plugin,
      version: step.version,
      digest: step.digest,
      ok: step.ok,
      result: step.result === undefined ? null : jsonText(step.result),
      error: step.error === undefined ? null : jsonText(step.error),
      notes: jsonText(step.notes ?? []),
      files: jsonText(step.files),
      usage: jsonText(step.usage),
      input_digest: step.inputDigest,
      output_digest: step.outputDigest,
      milliseconds: step.milliseconds,
    })
    .execute();
  return findSummary(tx, runId);
}

export type DerivedRow = {
  organisationId: string;
  plugin: string;
  name: string;
  sha256: string;
  size: number;
  type: string;
};

/** `taken`: the plugin has a file of this name in this run already. `gone`: the run is no longer this attempt's. */
export async function insertRunFile(
  tx: Tx,
  { runId, attempt }: Attempt,
  file: DerivedRow,
): Promise<'kept' | 'taken' | 'gone'> {
  // Locked, so that a delete of the run cannot pass between the look and the row.
  const mine = await tx
    .selectFrom('runs')
    .select('id')
    .where('id', '=', runId)
    .where('attempts', '=', attempt)
    .where('state', '=', 'running')
    .forUpdate()
    .executeTakeFirst();
  if (mine === undefined) return 'gone';
  const { organisationId, plugin, name, sha256, size, type } = file;
  const inserted = await tx
    .insertInto('run_files')
    .values({ organisation_id: organisationId, run_id: runId, plugin_id: plugin, name, sha256, size, type })
    .onConflict((conflict) => conflict.columns(['run_id', 'plugin_id', 'name']).doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted === undefined ? 'taken' : 'kept';
}

export type Ending = { state: 'done'; progress: Progress } | { state: 'failed'; error: StepError };

/** Undefined when the run is no longer this attempt's. */
export async function finishRun(tx: Tx, { runId, attempt }: Attempt, ending: Ending): Promise<RunSummary | undefined> {
  const finished = await tx
    .updateTable('runs')
    .set({
      state: ending.state,
      finished_at: new Date(),
      ...(ending.state === 'done' ? columnsOf(ending.progress) : { error: jsonText(ending.error) }),
    })
    .where('id', '=', runId)
    .where('attempts', '=', attempt)
    .where('state', '=', 'running')
    .returning('id')
    .executeTakeFirst();
  return finished && findSummary(tx, runId);
}

/** Puts a run back into the queue. `counted` is false when the attempt ended because the server did, not because of the run. */
export async function giveBack(tx: Tx, { runId, attempt }: Attempt, counted: boolean): Promise<void> {
  await tx
    .updateTable('runs')
    .set({
      state: 'waiting',
      started_at: null,
      steps_done: 0,
      failed_steps: 0,
      findings_strong: 0,
      findings_possible: 0,
      findings_note: 0,
      ...(counted ? {} : { attempts: attempt - 1 }),
    })
    .where('id', '=', runId)
    .where('attempts', '=', attempt)
    .where('state', '=', 'running')
    .execute();
}

/** Every run that was under way. Of all organisations: only as system, and only before this process claims its first run. */
export async function findAbandoned(
  tx: Tx,
): Promise<{ summary: RunSummary; organisationId: string; attempt: number }[]> {
  const rows = await summaries(tx)
    .select('runs.attempts')
    .where('runs.state', '=', 'running')
    .orderBy('runs.created_at')
    .execute();
  return rows.map((row) => ({ summary: toSummary(row), organisationId: row.organisation_id, attempt: row.attempts }));
}
