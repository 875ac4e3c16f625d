import { Problem } from '@proofpix/contract/errors';
import { asSystem, withOrganisation } from '../../db/tenancy.ts';
import type { JobIds } from '../../queue.ts';
import { auditInstallation, noteFailure } from './audit-installation.ts';
import type { DependencyParts } from './parts.ts';
import { beginAudit, findAudit, findDueOrganisations, findNextSubject, finishAudit } from './queries.ts';

const dayMilliseconds = 86_400_000;
/** An audit that has not ended by then has lost its job, such as with a queue that was restored from an older copy. */
const stuckMilliseconds = 60 * 60_000;
const begunAtOnce = 200;
/** Plugins of one organisation, before those of another have their turn. */
const perTurn = 25;
/** Not while the server starts, when everything else is more urgent. */
const firstAfter = 3 * 60_000;
const lookMilliseconds = 10 * 60_000;

/**
 * Begins an audit of each organisation with a plugin that was not looked at for a day, or is new. The row that says so and
 * the job are written together. Gives how many were begun.
 */
export async function beginAudits(parts: Pick<DependencyParts, 'db' | 'queue'>, now: Date): Promise<number> {
  const span = {
    since: new Date(now.getTime() - dayMilliseconds),
    stuckSince: new Date(now.getTime() - stuckMilliseconds),
    limit: begunAtOnce,
  };
  const due = await asSystem(parts.db, 'audit-dependencies', (tx) => findDueOrganisations(tx, span));
  let begun = 0;
  for (const organisationId of due) if (await beginAuditOf(parts, organisationId, now)) begun += 1;
  return begun;
}

/** False where one is under way. */
export async function beginAuditOf(
  { db, queue }: Pick<DependencyParts, 'db' | 'queue'>,
  organisationId: string,
  now: Date,
): Promise<boolean> {
  return withOrganisation(db, organisationId, async (tx) => {
    const stuckSince = new Date(now.getTime() - stuckMilliseconds);
    const id = await beginAudit(tx, { organisationId, now, stuckSince });
    if (id === undefined) return false;
    await queue.send(tx, 'dependency-audit', { organisationId, id });
    return true;
  });
}

/**
 * Looks at the plugins of an organisation that were not looked at for a day, the longest ago first. Each is kept when it is
 * done: after a crash the rest goes on. After some of them the job goes to the end of the queue.
 */
export async function auditOrganisation(
  parts: DependencyParts,
  { organisationId, id }: JobIds,
  signal: AbortSignal,
): Promise<void> {
  const { db, queue, log } = parts;
  const begun = await withOrganisation(db, organisationId, (tx) => findAudit(tx, id));
  if (begun === undefined || begun.finished_at !== null) return;
  const since = new Date(begun.begun_at.getTime() - dayMilliseconds);
  for (let count = 0; count < perTurn; count += 1) {
    const subject = await withOrganisation(db, organisationId, (tx) => findNextSubject(tx, since));
    if (subject === undefined) {
      await withOrganisation(db, organisationId, (tx) => finishAudit(tx, id));
      return;
    }
    try {
      await auditInstallation(parts, subject, { at: begun.begun_at, signal });
    } catch (error) {
      signal.throwIfAborted();
      // Other packages of the organisation are being scanned right now: the queue tries again.
      if (error instanceof Problem && error.code === 'sandbox_busy') throw error;
      log.error({ err: error, plugin: subject.pluginId }, 'the dependencies of a plugin could not be audited');
      await noteFailure(parts, subject, begun.begun_at);
    }
  }
  log.debug({ organisationId }, 'an audit of dependencies goes on later');
  await withOrganisation(db, organisationId, (tx) => queue.send(tx, 'dependency-audit', { organisationId, id }));
}

/** Looks some minutes after the start, and every ten minutes. Dispose it before the queue. */
export async function keepAuditing(parts: DependencyParts): Promise<AsyncDisposable> {
  const { queue, log } = parts;
  await queue.work('dependency-audit', (ids, signal) => auditOrganisation(parts, ids, signal), {
    concurrency: 1,
    perOrganisation: 1,
  });
  let looking: Promise<unknown> = Promise.resolve();
  const look = () => {
    looking = looking
      .then(() => beginAudits(parts, new Date()))
      .catch((error: unknown) => log.error({ err: error }, 'the audit of dependencies could not be begun'));
  };
  const first = setTimeout(look, firstAfter);
  const timer = setInterval(look, lookMilliseconds);
  first.unref();
  timer.unref();
  return {
    async [Symbol.asyncDispose]() {
      clearTimeout(first);
      clearInterval(timer);
      await looking;
    },
  };
}
