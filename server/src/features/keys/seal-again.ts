import { setImmediate as pause } from 'node:timers/promises';
import type { Database } from '../../db/database.ts';
import {
  addKeyProofs,
  countSealed,
  replaceSealed,
  sealedColumns,
  takeSealed,
  type SealedColumn,
} from '../../db/sealed-columns.ts';
import { asSystem } from '../../db/tenancy.ts';
import type { Keys } from '../../keys.ts';
import type { Log } from '../../log.ts';
import { recordAct, systemActor } from '../audit/record-act.ts';

export type SealAgain = { db: Database; keys: Keys; log: Log };
export type Progress = { sealed: number; unreadable: number; remaining: number };

/** Small, so that nobody who writes one of these rows waits long. */
const batchRows = 50;
/** Passes that found only rows which somebody was changing all the time. */
const idlePasses = 5;
const lookMilliseconds = 30_000;

/**
 * Seals with the newest key what an older one sealed, batch by batch, each in a transaction of its own. It can end at
 * any moment and be run again: what is done is skipped by its first byte.
 */
export async function sealAgain({ db, keys, log }: SealAgain, signal: AbortSignal): Promise<Progress> {
  const current = keys.current();
  const older = keys.versions().filter((version) => version < current);
  const done: Progress = { sealed: 0, unreadable: 0, remaining: 0 };
  if (older.length === 0) return done;
  // First of all: the key that seals from now on must be known again at the next start.
  await addKeyProofs(db, [{ version: current, proof: keys.prove(current) }]);
  done.remaining = await count(db, older);
  if (done.remaining === 0) return done;
  // Again after a crash in the middle: then it says that somebody went on.
  await asSystem(db, 'rotate-keys', (tx) =>
    recordAct(tx, {
      organisationId: null,
      actor: systemActor('rotate-keys'),
      act: 'master-key.change',
      subject: { kind: 'master-key', id: `${current}` },
      before: { versions: older },
      after: { version: current, values: done.remaining },
    }),
  );
  log.info({ values: done.remaining, version: current }, 'sealing everything again with the new master key');
  for (let idle = 0; done.remaining > done.unreadable && idle < idlePasses && !signal.aborted;) {
    const before = done.sealed;
    done.unreadable = 0;
    for (const column of sealedColumns) await sealColumn({ db, keys, log }, column, { older, done, signal });
    done.remaining = await count(db, older);
    idle = done.sealed === before ? idle + 1 : 0;
  }
  if (done.unreadable > 0) {
    log.error({ values: done.unreadable }, 'some sealed values do not open: they stay as they are, and so do the keys');
  }
  if (done.remaining === 0) {
    log.info(
      { values: done.sealed, version: current },
      'everything is sealed with the new master key; "npm run rotate-keys -- --drop" forgets the old one',
    );
  }
  return done;
}

type Pass = { older: readonly number[]; done: Progress; signal: AbortSignal };

async function sealColumn({ db, keys, log }: SealAgain, column: SealedColumn, pass: Pass): Promise<void> {
  const { older, done, signal } = pass;
  let after: readonly unknown[] | null = null;
  while (!signal.aborted) {
    const from: readonly unknown[] | null = after;
    const { rows, sealed } = await asSystem(db, 'rotate-keys', async (tx) => {
      const taken = await takeSealed(tx, column, { versions: older, after: from, limit: batchRows });
      let again = 0;
      for (const { id, purpose, sealed: before } of taken) {
        const plain = tryOpen(keys, before, purpose);
        if (plain === undefined) continue;
        await replaceSealed(tx, column, { id, sealed: keys.seal(plain, purpose) });
        again += 1;
      }
      return { rows: taken, sealed: again };
    });
    if (rows.length === 0) return;
    // What does not open is no progress: otherwise one such value would keep the passes going for ever.
    done.sealed += sealed;
    done.unreadable += rows.length - sealed;
    after = rows.at(-1)?.id ?? null;
    log.info({ column: `${column.table}.${column.column}`, values: done.sealed }, 'sealed again');
    await pause(); // requests first
  }
}

/** One value that was changed by hand must not keep all others from the new key. */
function tryOpen(keys: Keys, sealed: Uint8Array, purpose: string): Uint8Array | undefined {
  try {
    return keys.open(sealed, purpose);
  } catch {
    return undefined;
  }
}

async function count(db: Database, versions: readonly number[]): Promise<number> {
  return asSystem(db, 'rotate-keys', (tx) => countSealed(tx, versions));
}

/**
 * Seals again in the background: at the start what an earlier process left, later whenever a version was added to the key
 * file. Dispose it before the database.
 */
export function keepSealing(parts: SealAgain, lookEvery = lookMilliseconds): AsyncDisposable {
  const ending = new AbortController();
  let underWay = Promise.resolve();
  let begunWith = 0;

  function begin(): void {
    begunWith = parts.keys.current();
    underWay = underWay
      .then(async () => void (await sealAgain(parts, ending.signal)))
      .catch((error: unknown) =>
        parts.log.error({ err: error }, 'sealing again failed; it is tried at the next start'),
      );
  }

  function look(): void {
    try {
      parts.keys.refresh();
    } catch (error) {
      parts.log.error({ err: error }, 'the key file cannot be read any more; the keys in memory stay in use');
    }
    // Not only what this look found: a value that another server sealed with the new version may have brought it before.
    if (parts.keys.current() > begunWith) begin();
  }

  begin();
  const timer = setInterval(look, lookEvery);
  timer.unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      ending.abort();
      await underWay;
    },
  };
}
