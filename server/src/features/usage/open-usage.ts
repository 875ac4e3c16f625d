import type { RateLimitName } from '@proofpix/contract/rate-limits';
import type { Database } from '../../db/database.ts';
import type { Log } from '../../log.ts';
import type { Redis } from '../../redis.ts';
import { countRequests } from './count-requests.ts';
import type { UsageParts } from './read-usage.ts';
import { createSharedMonths } from './shared-months.ts';

/** Dispose it before the database: it writes what is counted. */
export function openUsage(parts: {
  db: Database;
  log: Log;
  redis: Redis | undefined;
  allowed: Readonly<Record<RateLimitName, number>>;
}): UsageParts & AsyncDisposable {
  const { db, log, redis, allowed } = parts;
  const counts = countRequests({ db, log, shared: redis && createSharedMonths(redis) });
  return { db, counts, allowed, [Symbol.asyncDispose]: () => counts[Symbol.asyncDispose]() };
}
