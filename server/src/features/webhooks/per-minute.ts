const windowMilliseconds = 60_000;
/** Bounds the memory that strangers can fill. The oldest go first: they are the next to expire anyway. */
const maxKeys = 20_000;

export type PerMinute = {
  /** Counts one more of a key. Gives null, or the seconds until the next one when the minute is used up. */
  take(key: string, allowed: number): number | null;
  /** Takes one back that turned out not to count. */
  giveBack(key: string): void;
};

/** How often something happened in the current minute, in memory: a restart forgives. */
export function createPerMinute(now: () => number = Date.now): PerMinute {
  const counts = new Map<string, { used: number; until: number }>();

  function countOf(key: string): { used: number; until: number } {
    const known = counts.get(key);
    if (known !== undefined && known.until > now()) return known;
    counts.delete(key); // so that the new one stands at the end
    const count = { used: 0, until: now() + windowMilliseconds };
    counts.set(key, count);
    for (const oldest of counts.keys()) {
      if (counts.size <= maxKeys) break;
      counts.delete(oldest);
    }
    return count;
  }

  return {
    take(key, allowed) {
      const count = countOf(key);
      if (count.used >= allowed) return Math.max(1, Math.ceil((count.until - now()) / 1_000));
      count.used += 1;
      return null;
    },
    giveBack(key) {
      const count = counts.get(key);
      if (count !== undefined && count.used > 0) count.used -= 1;
    },
  };
}
