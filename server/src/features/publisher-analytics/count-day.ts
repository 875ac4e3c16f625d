import type { Database } from '../../db/database.ts';
import { asSystem } from '../../db/tenancy.ts';
import type { Log } from '../../log.ts';
import { addDays } from '../plugins/metrics/day-span.ts';
import { countInstalled, countInstalls, countKept, countUsage, takeDay } from './counting/queries.ts';

const pauseMilliseconds = 30 * 60_000;
/** A day is told when everything of it is written: plugins' figures come some seconds later. */
const afterMidnight = 10 * 60_000;
/** Days that a server that stood still makes up for; what was installed at their ends it cannot know any more. */
const daysBack = 7;

/** Weeks after which it is looked who still has a plugin. */
export const retentionWeeks = [0, 1, 4, 12] as const;

/** Counts the days that are over, at the start and every half hour: of several servers one does it. */
export function keepCountingDays({ db, log }: { db: Database; log: Log }): AsyncDisposable {
  let counting: Promise<unknown> = Promise.resolve();
  const count = () => {
    counting = counting
      .then(() => countDays(db, new Date()))
      .catch((error: unknown) => log.error({ err: error }, 'the days of publishers could not be counted'));
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

/**
 * Once a day is over it is counted once, and never again: who asks for a number over and over while it grows would see each
 * organisation come.
 */
export async function countDays(db: Database, now: Date): Promise<void> {
  const today = new Date(now.getTime() - afterMidnight).toISOString().slice(0, 10);
  for (let ago = daysBack; ago >= 1; ago -= 1) {
    const day = addDays(today, -ago);
    await asSystem(db, 'publisher-analytics', async (tx) => {
      if (!(await takeDay(tx, day))) return;
      await countInstalls(tx, day);
      await countUsage(tx, day);
      if (ago > 1) return;
      await countInstalled(tx, day);
      for (const age of retentionWeeks) {
        const week = addDays(day, -6 - 7 * age);
        if (new Date(week).getUTCDay() === monday) await countKept(tx, { week, age });
      }
    });
  }
}

const monday = 1;
