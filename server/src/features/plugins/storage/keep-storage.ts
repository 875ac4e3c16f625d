import { Problem } from '@proofpix/contract/errors';
import type { Json } from '@proofpix/contract/json';
import { limits } from '@proofpix/contract/limits';
import type { Installation, PluginStorage, StoredValue } from '@proofpix/host/capabilities';
import type { Database } from '../../../db/database.ts';
import { withOrganisation, type Tx } from '../../../db/tenancy.ts';
import type { Keys } from '../../../keys.ts';
import { isStorable } from '../storable.ts';
import { beginChange, deleteValue, findValue, keepVersion, listKeys, saveValue } from './queries.ts';
import { createStaging, type Staging } from './staging.ts';

/** What an entry counts beyond its key and value, so that millions of tiny values do not pass for nothing. */
const entryOverhead = 100;

export type StoragePort = PluginStorage & {
  /**
   * Keeps the values of an installation in memory until its rows exist: a plugin may store in `initialize`, and an
   * install that fails must leave nothing.
   */
  stage(installationId: string): void;
  /** Whether the rows of the installation are still to come. */
  isStaged(installationId: string): boolean;
  /** Writes what was staged, inside the transaction that creates the installation. */
  writeStaged(tx: Tx, installation: Pick<Installation, 'id' | 'organisationId'>): Promise<void>;
  /** Ends staging; what was not written is forgotten. */
  unstage(installationId: string): void;
};

const missing: StoredValue = { value: null, version: 0 };

/**
 * A version counts the changes of the whole installation and is never used twice: a key that was deleted and made again
 * has another one, so whoever read it before the deletion does not win a compare-and-set after it.
 */
export function createStorage({ db, keys }: { db: Database; keys: Keys }): StoragePort {
  const staged = new Map<string, Staging>();

  return {
    async get(installation, key) {
      const memory = staged.get(installation.id);
      if (memory) return valueOf(memory.get(key));
      if (!isStorable(key)) return missing;
      const row = await withOrganisation(db, installation.organisationId, (tx) => findValue(tx, installation.id, key));
      if (!row) return missing;
      const text = Buffer.from(keys.open(row.value, storagePurpose(installation, key))).toString();
      return valueOf({ text, version: row.version });
    },

    async set(installation, key, value, { ttlSeconds, ifVersion }) {
      if (!isStorable(key)) throw new Problem('host_call_invalid', 'A key must not contain NUL or broken characters.');
      const text = JSON.stringify(value);
      const bytes = Buffer.byteLength(text);
      if (bytes > limits.storageValueBytes) {
        throw new Problem('storage_quota', `A value may have ${limits.storageValueBytes / 1024} kB.`);
      }
      const size = bytes + Buffer.byteLength(key) + entryOverhead;
      const expiresAt = ttlSeconds === undefined ? null : new Date(Date.now() + ttlSeconds * 1_000);
      const memory = staged.get(installation.id);
      if (memory) {
        checkChange({ ifVersion, version: memory.get(key)?.version ?? 0, size: memory.sizeBeside(key) + size });
        return memory.set(key, { text, size, expiresAt });
      }
      const sealed = keys.seal(Buffer.from(text), storagePurpose(installation, key));
      return withOrganisation(db, installation.organisationId, async (tx) => {
        const change = await beginChange(tx, installation.id, key);
        if (change === null) throw new Problem('plugin_not_found');
        checkChange({ ifVersion, version: change.version, size: change.sizeBeside + size });
        const version = change.next;
        await saveValue(tx, { ...owner(installation), key, value: sealed, size, expiresAt, version });
        return version;
      });
    },

    async delete(installation, key) {
      const memory = staged.get(installation.id);
      if (memory) return memory.delete(key);
      if (!isStorable(key)) return false;
      return withOrganisation(db, installation.organisationId, (tx) => deleteValue(tx, installation.id, key));
    },

    async list(installation, page) {
      const memory = staged.get(installation.id);
      if (memory) return memory.list(page);
      if (!isStorable(page.prefix) || !isStorable(page.after)) return [];
      return withOrganisation(db, installation.organisationId, (tx) => listKeys(tx, installation.id, page));
    },

    stage: (installationId) => void staged.set(installationId, createStaging()),

    isStaged: (installationId) => staged.has(installationId),

    async writeStaged(tx, installation) {
      const memory = staged.get(installation.id);
      if (memory === undefined || memory.lastVersion() === 0) return;
      await keepVersion(tx, { ...owner(installation), last: memory.lastVersion() });
      for (const [key, { text, size, expiresAt, version }] of memory.entries()) {
        const value = keys.seal(Buffer.from(text), storagePurpose(installation, key));
        await saveValue(tx, { ...owner(installation), key, value, size, expiresAt, version });
      }
    },

    unstage: (installationId) => void staged.delete(installationId),
  };
}

function owner({ id, organisationId }: Pick<Installation, 'id' | 'organisationId'>) {
  return { organisationId, installationId: id };
}

/**
 * Authenticated with the value: one that was moved to another key, installation or organisation does not open. The key
 * comes last, so no two triples give the same text.
 */
export function storagePurpose(
  { organisationId, id }: Pick<Installation, 'id' | 'organisationId'>,
  key: string,
): string {
  return `plugin-storage\n${organisationId}\n${id}\n${key}`;
}

function checkChange(change: { ifVersion: number | undefined; version: number; size: number }): void {
  if (change.ifVersion !== undefined && change.ifVersion !== change.version) throw new Problem('storage_conflict');
  if (change.size > limits.storageQuotaBytes) throw new Problem('storage_quota');
}

function valueOf(kept: { text: string; version: number } | undefined): StoredValue {
  if (kept === undefined) return missing;
  return { value: JSON.parse(kept.text) as Json, version: kept.version }; // JSON.parse gives nothing else
}
