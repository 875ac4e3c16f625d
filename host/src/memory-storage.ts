import { Problem } from '@proofpix/contract/errors';
import type { Json } from '@proofpix/contract/json';
import { limits } from '@proofpix/contract/limits';
import type { Installation, PluginStorage, StoredValue } from './capabilities.ts';
import { isStorable } from './storable.ts';

export type KeptValue = { text: string; size: number; expiresAt: Date | null; version: number };

/** The values of one installation in memory, with the rules of stored ones. */
export type MemoryStore = {
  get(key: string): KeptValue | undefined;
  /** Bytes that are kept beside one key. */
  sizeBeside(key: string): number;
  /** Gives the version. */
  set(key: string, value: Omit<KeptValue, 'version'>): number;
  delete(key: string): boolean;
  list(page: { prefix: string; after: string; limit: number }): string[];
  /** Also those whose time is over. */
  entries(): Iterable<[key: string, value: KeptValue]>;
  lastVersion(): number;
};

/** What an entry counts beyond its key and value, so that millions of tiny values do not pass for nothing. */
const entryOverhead = 100;
const missing: StoredValue = { value: null, version: 0 };

export function createMemoryStore(now: () => number = Date.now): MemoryStore {
  const values = new Map<string, KeptValue>();
  let last = 0;

  function get(key: string): KeptValue | undefined {
    const kept = values.get(key);
    return kept && (kept.expiresAt === null || kept.expiresAt.getTime() > now()) ? kept : undefined;
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

export type MemoryStorage = PluginStorage & {
  /** Everything that an installation keeps at this moment. */
  entries(installationId: string): { [key: string]: Json };
  /** Forgets everything that it keeps, as uninstalling does. */
  forget(installationId: string): void;
};

/** Storage for hosts without a database: as long as the process lives. */
export function createMemoryStorage(now: () => number = Date.now): MemoryStorage {
  const stores = new Map<string, MemoryStore>();

  function storeOf(id: string): MemoryStore {
    const store = stores.get(id) ?? createMemoryStore(now);
    stores.set(id, store);
    return store;
  }

  return {
    get: async ({ id }, key) => storedValue(storeOf(id).get(key)),
    set: async ({ id }: Installation, key, value, { ttlSeconds, ifVersion }) => {
      const text = storedText(key, value);
      const size = storedSize(key, text);
      const store = storeOf(id);
      checkChange({ ifVersion, version: store.get(key)?.version ?? 0, size: store.sizeBeside(key) + size });
      const expiresAt = ttlSeconds === undefined ? null : new Date(now() + ttlSeconds * 1_000);
      return store.set(key, { text, size, expiresAt });
    },
    delete: async ({ id }, key) => storeOf(id).delete(key),
    list: async ({ id }, page) => storeOf(id).list(page),
    entries(id) {
      const store = storeOf(id);
      const alive = [...store.entries()].filter(([key]) => store.get(key) !== undefined);
      return Object.fromEntries(alive.map(([key, { text }]) => [key, JSON.parse(text) as Json])); // it was JSON
    },
    forget: (id) => void stores.delete(id),
  };
}

/** The text that is kept of a value. @throws Problem when neither database would keep it, or it is too large */
export function storedText(key: string, value: Json): string {
  if (!isStorable(key)) throw new Problem('host_call_invalid', 'A key must not contain NUL or broken characters.');
  const text = JSON.stringify(value);
  if (Buffer.byteLength(text) > limits.storageValueBytes) {
    throw new Problem('storage_quota', `A value may have ${limits.storageValueBytes / 1024} kB.`);
  }
  return text;
}

/** What a key with its value counts towards the quota. */
export function storedSize(key: string, text: string): number {
  return Buffer.byteLength(text) + Buffer.byteLength(key) + entryOverhead;
}

/** @throws Problem `storage_conflict`, `storage_quota` */
export function checkChange(change: { ifVersion: number | undefined; version: number; size: number }): void {
  if (change.ifVersion !== undefined && change.ifVersion !== change.version) throw new Problem('storage_conflict');
  if (change.size > limits.storageQuotaBytes) throw new Problem('storage_quota');
}

export function storedValue(kept: { text: string; version: number } | undefined): StoredValue {
  if (kept === undefined) return missing;
  return { value: JSON.parse(kept.text) as Json, version: kept.version }; // JSON.parse gives nothing else
}

/** The order in which the database sorts keys. */
function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
