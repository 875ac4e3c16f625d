import type { Database } from '../../../db/database.ts';
import { asSystem } from '../../../db/tenancy.ts';
import type { Events } from '../../../events.ts';
import type { Log } from '../../../log.ts';
import type { Trail } from '../queries.ts';
import { showHead } from '../show-act.ts';
import { findNewestHeads, findUnsealedTrails } from './queries.ts';
import { sealTrail } from './seal-trail.ts';
import type { TrailSigner } from './trail-signer.ts';
import { createHeadWriter } from './write-heads.ts';

const channel = 'audit_acts';
/** What many do at once becomes one head: a seal for each act would keep the embedded database from the acts themselves. */
const gatherMilliseconds = 250;
/** For what was notified while nobody heard it. */
const sweepMilliseconds = 5_000;

export type Sealing = AsyncDisposable & {
  /** Everything that was recorded before this call is sealed when it returns. */
  now(trail: Trail): Promise<void>;
};

type Parts = {
  db: Database;
  signer: TrailSigner;
  events: Events;
  log: Log;
  /** Where signed heads are written for the operator. */
  headsFile: string | undefined;
};

/** Seals what is recorded, on this server or another, within a second of the database telling of it. */
export async function keepSealing(parts: Parts): Promise<Sealing> {
  const { db, events, log } = parts;
  const writeHeads = createHeadWriter(parts.headsFile, log);
  const stopping = new AbortController();
  const waiting = new Set<Trail>();
  let working: Promise<void> | null = null;
  let gathering: NodeJS.Timeout | undefined;

  async function seal(trail: Trail): Promise<void> {
    const heads = await sealTrail(parts, trail, stopping.signal);
    // Also where another server was quicker: whoever watches here is to see it.
    if (trail !== null) events.publish(trail, { type: 'audit:recorded' });
    await writeHeads(heads);
  }

  function wake(): void {
    working ??= work().finally(() => {
      working = null;
      if (waiting.size > 0 && !stopping.signal.aborted) wake();
    });
  }

  async function work(): Promise<void> {
    // One after the other: a trail with a long backlog gives way after each of its batches to whoever asks the database.
    for (const trail of waiting) {
      waiting.delete(trail);
      if (stopping.signal.aborted) return;
      // What fails is found again by the next sweep.
      await seal(trail).catch((error: unknown) => log.error({ err: error, trail }, 'the audit trail was not sealed'));
    }
  }

  async function sweep(): Promise<void> {
    for (const trail of await asSystem(db, 'audit', findUnsealedTrails)) waiting.add(trail);
    if (waiting.size > 0) wake();
  }

  if (parts.headsFile !== undefined) {
    // What a crash kept from being written: nobody knows which it was, and a head twice says nothing wrong.
    const heads = await asSystem(db, 'audit', findNewestHeads);
    await writeHeads(heads.map(showHead));
  }
  const listening = await db.listen(channel, (payload) => {
    waiting.add(payload === '' ? null : payload);
    gathering ??= setTimeout(() => {
      gathering = undefined;
      wake();
    }, gatherMilliseconds);
  });
  let looking: Promise<void> = Promise.resolve();
  const look = () => {
    looking = looking
      .then(sweep)
      .catch((error: unknown) => log.error({ err: error }, 'the audit trail could not be read'));
  };
  const timer = setInterval(look, sweepMilliseconds);
  timer.unref();
  look();

  return {
    now: seal,
    async [Symbol.asyncDispose]() {
      stopping.abort();
      clearInterval(timer);
      clearTimeout(gathering);
      await listening[Symbol.asyncDispose]();
      await looking;
      await working;
    },
  };
}
