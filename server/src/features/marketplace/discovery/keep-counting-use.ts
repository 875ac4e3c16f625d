import type { Database } from '../../../db/database.ts';
import { asSystem } from '../../../db/tenancy.ts';
import type { Log } from '../../../log.ts';
import { countUse } from './use/queries.ts';

const pauseMilliseconds = 30 * 60_000;

/** Counts at the start and every half hour: several servers that do count the same. */
export function keepCountingUse({ db, log }: { db: Database; log: Log }): AsyncDisposable {
  let counting: Promise<unknown> = Promise.resolve();
  const count = () => {
    counting = counting
      .then(() => countUseOf(db, new Date()))
      .catch((error: unknown) => log.error({ err: error }, 'the use of plugins could not be counted'));
  };
  count();
  const timer = setInterval(count, pauseMilliseconds);
  timer.unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await counting;
    },
  };
}

export async function countUseOf(db: Database, now: Date): Promise<boolean> {
  return asSystem(db, 'count-use', (tx) => countUse(tx, now.toISOString().slice(0, 10)));
}
