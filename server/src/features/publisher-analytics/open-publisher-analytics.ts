import type { Database } from '../../db/database.ts';
import type { Log } from '../../log.ts';
import { keepCountingDays } from './count-day.ts';
import { countVisits, type Visits } from './count-visits.ts';

/** Dispose it before the database: it writes what is counted. */
export function openPublisherAnalytics(parts: {
  db: Database;
  log: Log;
  countryHeader: string | undefined;
}): { visits: Visits } & AsyncDisposable {
  const visits = countVisits(parts);
  const days = keepCountingDays(parts);
  return {
    visits,
    async [Symbol.asyncDispose]() {
      await days[Symbol.asyncDispose]();
      await visits[Symbol.asyncDispose]();
    },
  };
}
