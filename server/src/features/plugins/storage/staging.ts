export type StagedValue = { text: string; size: number; expiresAt: Date | null; version: number };

/** The storage of an installation that has no rows yet, with the rules of the stored one. */
export type Staging = {
  get(key: string): StagedValue | undefined;
  /** Bytes that are kept beside one key. */
  sizeBeside(key: string): number;
  /** Gives the version. */
  set(key: string, value: Omit<StagedValue, 'version'>): number;
  delete(key: string): boolean;
  list(page: { prefix: string; after: string; limit: number }): string[];
  /** Also those whose time is over. */
  entries(): Iterable<[key: string, value: StagedValue]>;
  lastVersion(): number;
};

export function createStaging(): Staging {
  const values = new Map<string, StagedValue>();
  let last = 0;

  function get(key: string): StagedValue | undefined {
    const kept = values.get(key);
    return kept && (kept.expiresAt === null || kept.expiresAt.getTime() > Date.now()) ? kept : undefined;
  }

  return {
    get,
    sizeBeside: (key) =>
      [...values].reduce((sum, [name, { size }]) => (name === key || !get(name) ? sum : sum + size), 0),
    set(key, value) {
      last += 1;
      values.set(key, { ...value, version: last });
      return last;
    },
    delete: (key) => get(key) !== undefined && values.delete(key),
    list: ({ prefix, after, limit }) =>
      [...values.keys()]
        .filter((key) => key.startsWith(prefix) && (after === '' || byBytes(key, after) > 0) && get(key))
        .sort(byBytes)
        .slice(0, limit),
    entries: () => values,
    lastVersion: () => last,
  };
}

/** The order in which the database sorts keys. */
function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
