import { TooMany } from '../../http/problems.ts';

export type Attempts = {
  /**
   * Counts one attempt under every key before it is looked at, so that many at once do not slip through.
   * @throws TooMany when one of the keys is used up
   */
  begin(keys: readonly AttemptKey[]): { succeeded(): void };
};

export type AttemptKey = { key: string; allowed: number };

const windowMilliseconds = 15 * 60_000;
/** Bounds the memory that strangers can fill. The oldest go first: they are the next to expire anyway. */
const maxKeys = 20_000;

/** Failed sign-ins per window of 15 minutes, in memory: a restart forgives. */
export function createAttempts(now: () => number = Date.now): Attempts {
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
    begin(keys) {
      const counted = keys.map(({ key, allowed }) => ({ count: countOf(key), allowed }));
      const full = counted.filter(({ count, allowed }) => count.used >= allowed).map(({ count }) => count.until);
      if (full.length > 0) throw new TooMany(Math.ceil((Math.max(...full) - now()) / 1_000));
      for (const { count } of counted) count.used += 1;
      return {
        succeeded() {
          for (const { count } of counted) count.used -= 1;
        },
      };
    },
  };
}
