import { asSystem, withOrganisation } from '../../../db/tenancy.ts';
import type { OpenParts } from '../parts.ts';
import { pickRun } from './pick-run.ts';
import { claimRun, findAbandoned, findWaiting, giveBack, type Claimed } from './queries.ts';
import { finish, interrupted, runAttempt, Superseded } from './run-attempt.ts';

/** So often a run is begun before it is given up: one that ends the server each time must not do it for ever. */
export const maxAttempts = 3;

export type Work = AsyncDisposable & {
  /** Begins as many waiting runs as there is room for. Rejects when the database does not answer: the job is then tried again. */
  wake(): Promise<void>;
  /** Stops a run that is under way; returns when nothing of it is going on any more. */
  stop(runId: string): Promise<void>;
};

type UnderWay = { organisationId: string; abort: AbortController; ended: Promise<void> };

/**
 * Jobs of the queue only say that there is work, durably and together with the rows. Which run is next is decided when
 * there is room for it (pick-run.ts): a queue in the order of arrival would let one organisation block the others. The
 * row of the run is what counts: when a job is lost or comes twice, nothing is lost and nothing runs twice.
 */
export function workOnRuns(parts: OpenParts): Work {
  const { db, log } = parts;
  const underWay = new Map<string, UnderWay>();
  const served = new Map<string, number>();
  const ending = new AbortController();
  let turn = 0;
  let filling: Promise<void> | null = null;
  let again = false;

  function wake(): Promise<void> {
    again = true;
    filling ??= fill().finally(() => {
      filling = null;
    });
    return filling;
  }

  /** One at a time, or two fillings would count the room twice. */
  async function fill(): Promise<void> {
    while (again && !ending.signal.aborted) {
      again = false;
      for (let next = await claimNext(); next !== undefined; next = await claimNext()) begin(next);
    }
  }

  async function claimNext(): Promise<Claimed | undefined> {
    if (ending.signal.aborted) return undefined;
    const counts = new Map<string, number>();
    for (const { organisationId } of underWay.values())
      counts.set(organisationId, (counts.get(organisationId) ?? 0) + 1);
    return asSystem(db, 'resume-work', async (tx) => {
      const next = pickRun(await findWaiting(tx), { underWay: counts, served });
      return next && claimRun(tx, next);
    });
  }

  function begin(claimed: Claimed): void {
    const { id } = claimed.summary;
    served.set(claimed.organisationId, (turn += 1));
    const abort = new AbortController();
    const signal = AbortSignal.any([abort.signal, ending.signal]);
    const ended = attempt(parts, claimed, { signal, ending: ending.signal })
      .catch((error: unknown) => log.error({ err: error, run: id }, 'a run could not be finished'))
      .finally(() => {
        underWay.delete(id);
        return wake();
      })
      // The next job, ended run or start looks again.
      .catch((error: unknown) => log.error({ err: error }, 'waiting runs could not be looked up'));
    underWay.set(id, { organisationId: claimed.organisationId, abort, ended });
  }

  return {
    wake,
    async stop(runId) {
      const run = underWay.get(runId);
      run?.abort.abort(new Superseded());
      await run?.ended;
    },
    async [Symbol.asyncDispose]() {
      ending.abort();
      await filling?.catch(() => {}); // whoever woke it was told
      await Promise.all([...underWay.values()].map(({ ended }) => ended));
    },
  };
}

async function attempt(
  parts: OpenParts,
  claimed: Claimed,
  { signal, ending }: { signal: AbortSignal; ending: AbortSignal },
): Promise<void> {
  const { organisationId, attempt: number, summary } = claimed;
  const mine = { runId: summary.id, attempt: number };
  try {
    await runAttempt(parts, claimed, signal);
  } catch (error) {
    // Deleted while it ran: nobody waits for it.
    if (error instanceof Superseded || signal.reason instanceof Superseded) return;
    const { db, log } = parts;
    if (ending.aborted) {
      return withOrganisation(db, organisationId, (tx) => giveBack(tx, mine, false));
    }
    log.error({ err: error, run: summary.id, attempt: number }, 'an attempt of a run failed');
    if (number < maxAttempts) return withOrganisation(db, organisationId, (tx) => giveBack(tx, mine, true));
    await finish(parts, claimed, { state: 'failed', error: interrupted });
  }
}

/**
 * Puts back the runs that were under way when the server ended without notice; those that were begun too often are given
 * up. Only one server works on an object store, so at start nobody can be working on a run.
 */
export async function takeUpAbandoned(
  parts: Pick<OpenParts, 'db' | 'events' | 'log' | 'keeper' | 'noteErasure'>,
): Promise<void> {
  const { db, log } = parts;
  const abandoned = await asSystem(db, 'resume-work', findAbandoned);
  for (const { summary, organisationId, attempt: number } of abandoned) {
    log.warn({ run: summary.id, attempt: number }, 'a run was interrupted');
    const mine = { runId: summary.id, attempt: number };
    if (number < maxAttempts) await withOrganisation(db, organisationId, (tx) => giveBack(tx, mine, true));
    else await finish(parts, { summary, organisationId, attempt: number }, { state: 'failed', error: interrupted });
  }
}
