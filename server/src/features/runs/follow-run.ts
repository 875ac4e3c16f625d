import { PassThrough, type Readable } from 'node:stream';
import type { Access } from '@proofpix/contract/access';
import { Problem } from '@proofpix/contract/errors';
import { isNotice } from '@proofpix/contract/notices';
import type { RunEvent, RunSummary } from '@proofpix/contract/runs';
import { withOrganisation } from '../../db/tenancy.ts';
import type { OpenParts } from './parts.ts';
import { findSteps, findSummary } from './queries.ts';
import { createTeller, heartbeatMilliseconds, unsentBytes } from './teller.ts';

export type Follower = {
  organisationId: string;
  /** Asks again who they are. */
  mayWatch: () => Promise<boolean>;
  /** Whether they had the access when that was last asked. */
  has: (access: Access) => boolean;
  signal: AbortSignal;
};

/**
 * A run as server-sent events: its state with the steps that are done, then what happens, until it has finished.
 * @throws Problem run_not_found
 */
export async function followRun(
  { db, events, log }: Pick<OpenParts, 'db' | 'events' | 'log'>,
  { organisationId, mayWatch, signal }: Follower,
  runId: string,
): Promise<Readable> {
  const stream = new PassThrough();
  // A reader that is gone breaks the pipe; nobody needs to know.
  stream.on('error', () => {});
  let stepsTold = 0;

  const exists = async () => (await withOrganisation(db, organisationId, (tx) => findSummary(tx, runId))) !== undefined;
  const teller = createTeller({
    // A run that is deleted has no last event.
    mayWatch: async () => (await mayWatch()) && (await exists()),
    unsent: () => stream.readableLength + stream.writableLength,
    send(event) {
      stream.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
      if (event.type === 'run:finished') end();
    },
    end,
    onError: (error) => log.error({ err: error }, 'a run could not be followed'),
  });
  function end(): void {
    subscription[Symbol.dispose]();
    clearInterval(heartbeat);
    signal.removeEventListener('abort', end);
    // A reader that is too slow would keep what it does not read: it is cut off, and asks again.
    if (stream.readableLength + stream.writableLength > unsentBytes) stream.destroy();
    else stream.end();
  }

  // Subscribed before the state is read, so that nothing falls between; what both tell is told once.
  let early: RunEvent[] | null = [];
  const subscription = events.subscribe(organisationId, (event) => {
    if (isNotice(event) || runIdOf(event) !== runId) return;
    if (early) early.push(event);
    else tellOnce(event);
  });
  function tellOnce(event: RunEvent): void {
    if (event.type === 'step:finished' && event.run.stepsDone <= stepsTold) return;
    if (event.type === 'step:finished') stepsTold = event.run.stepsDone;
    // The run began anew: its steps come again.
    if (event.type === 'run:started') stepsTold = 0;
    teller.tell(event);
  }
  const heartbeat = setInterval(() => {
    stream.write(': still here\n\n');
    teller.check();
  }, heartbeatMilliseconds);
  heartbeat.unref();
  stream.once('close', end);
  signal.addEventListener('abort', end, { once: true });

  try {
    const found = await withOrganisation(db, organisationId, async (tx) => {
      const run = await findSummary(tx, runId);
      return run && { run, steps: await findSteps(tx, runId) };
    });
    if (found === undefined) throw new Problem('run_not_found');
    const { run, steps } = found;
    teller.tell({ type: 'run:started', run });
    for (const step of steps) teller.tell({ type: 'step:finished', runId, step, run });
    stepsTold = steps.length;
    const since = laterThan(early, run);
    early = null;
    if (run.state === 'done' || run.state === 'failed') teller.tell({ type: 'run:finished', run });
    else for (const event of since) tellOnce(event);
  } catch (error) {
    end();
    throw error;
  }
  return stream;
}

/** The events that the state does not show yet. */
function laterThan(events: readonly RunEvent[], state: RunSummary): readonly RunEvent[] {
  const shown = events.findLastIndex(
    (event) =>
      (event.type === 'run:started' && state.state !== 'waiting') ||
      (event.type === 'step:finished' && event.run.stepsDone <= state.stepsDone),
  );
  return events.slice(shown + 1);
}

function runIdOf(event: RunEvent): string {
  return 'run' in event ? event.run.id : event.runId;
}
