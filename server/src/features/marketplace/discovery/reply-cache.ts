/** Answers to the marketplace's questions, as long as the catalog stays as it is. */
export type ReplyCache = {
  /** What is kept for the key, or what `make` gives: once, also for those who ask meanwhile. */
  get<Value extends object>(version: number, key: string, make: () => Promise<Value>): Promise<Value>;
  metrics(): { hits: number; misses: number; drops: number; entries: number; bytes: number };
};

type Entry = { value: Promise<object>; bytes: number };

/**
 * Every question reads the version of the catalog first, which a change counts up in its own transaction. So no server,
 * however many there are, answers from before a change once it is committed, and no message between them can be lost.
 */
export function createReplyCache({ maximumBytes }: { maximumBytes: number }): ReplyCache {
  const entries = new Map<string, Entry>();
  let version = -1;
  let [hits, misses, drops, bytes] = [0, 0, 0, 0];

  function drop(key: string, entry: Entry): void {
    if (entries.get(key) !== entry) return;
    entries.delete(key);
    bytes -= entry.bytes;
  }

  return {
    async get<Value extends object>(now: number, key: string, make: () => Promise<Value>): Promise<Value> {
      if (now > version) {
        if (entries.size > 0) drops += 1;
        entries.clear();
        [version, bytes] = [now, 0];
      }
      // Read before somebody else read a newer one: it may answer, but nobody after it.
      if (now < version) {
        misses += 1;
        return make();
      }
      const kept = entries.get(key);
      if (kept !== undefined) {
        hits += 1;
        // The last one asked for goes last.
        entries.delete(key);
        entries.set(key, kept);
        return (await kept.value) as Value; // what `make` gave for this key
      }
      misses += 1;
      const making = make();
      const entry: Entry = { value: making, bytes: 0 };
      entries.set(key, entry);
      try {
        const value = await making;
        if (entries.get(key) === entry) {
          entry.bytes = 2 * (key.length + JSON.stringify(value).length);
          bytes += entry.bytes;
        }
        for (const [oldest, old] of entries) {
          if (bytes <= maximumBytes) break;
          drop(oldest, old);
        }
        return value;
      } catch (error) {
        drop(key, entry);
        throw error;
      }
    },
    metrics: () => ({ hits, misses, drops, entries: entries.size, bytes }),
  };
}
