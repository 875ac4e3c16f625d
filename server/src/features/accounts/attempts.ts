import type { Redis } from '../../redis.ts';
import { TooMany } from '../../http/problems.ts';
import { createSharedTries, type AttemptKey } from './shared-tries.ts';

export type Attempts = {
  /**
   * Counts one attempt under every key before it is looked at, so that many at once do not slip through.
   * @throws TooMany when one of the keys is used up
   */
  begin(keys: readonly AttemptKey[]): Promise<Attempt>;
};

export type Attempt = { succeeded(): Promise<void> };

const windowMilliseconds = 15 * 60_000;
/** Bounds the memory that strangers can fill. The oldest go first: they are the next to expire anyway. */
const maxKeys = 20_000;

/** What one server counted. A restart forgives. */
type OwnTries = {
  /** Milliseconds until a key that is used up is free again; 0 when none is. */
  wait(keys: readonly AttemptKey[]): number;
  /** Counts one under every key, and gives what takes it back. */
  add(keys: readonly AttemptKey[]): () => void;
};

/** Failed sign-ins per window of 15 minutes: in memory, and together with the servers that share a Redis. */
export function createAttempts({
  redis,
  now = Date.now,
}: { redis?: Redis | undefined; now?: () => number } = {}): Attempts {
  const own = createOwnTries(now);
  const shared = redis && createSharedTries(redis);

  return {
    async begin(keys) {
      const wait = (await shared?.take(keys, windowMilliseconds)) ?? null;
      // Without an answer each server goes on from what it counted itself, which is better than none.
      const milliseconds = wait ?? own.wait(keys);
      if (milliseconds > 0) throw new TooMany(Math.ceil(milliseconds / 1_000));
      const takeBack = own.add(keys);
      return {
        async succeeded() {
          takeBack();
          if (wait !== null) await shared?.takeBack(keys);
        },
      };
    },
  };
}

function createOwnTries(now: () => number): OwnTries {
  const counts = new Map<string, { used: number; until: number }>();

  function countOf(key: string): { used: number; until: number } {
    let count = counts.get(key);
    if (count === undefined || count.until <= now()) {
      counts.delete(key); // so that the new one stands at the end
      count = { used: 0, until: now() + windowMilliseconds };
      counts.set(key, count);
      for (const oldest of counts.keys()) {
        if (counts.size <= maxKeys) break;
        counts.delete(oldest);
      }
    }
    return count;
  }

  return {
    wait(keys) {
      const full = keys
        .map(({ key, allowed }) => ({ count: countOf(key), allowed }))
        .filter(({ count, allowed }) => count.used >= allowed);
      return Math.max(0, ...full.map(({ count }) => count.until - now()));
    },
    add(keys) {
      const counted = keys.map(({ key }) => countOf(key));
      for (const count of counted) count.used += 1;
      return () => {
        for (const count of counted) count.used -= 1;
      };
    },
  };
}
