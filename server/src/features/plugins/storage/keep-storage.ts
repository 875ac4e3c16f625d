import { Problem } from '@proofpix/contract/errors';
import type { Installation, PluginStorage } from '@proofpix/host/capabilities';
import {
  checkChange,
  createMemoryStore,
  storedSize,
  storedText,
  storedValue,
  type MemoryStore,
} from '@proofpix/host/memory-storage';
import { isStorable } from '@proofpix/host/storable';
import type { Database } from '../../../db/database.ts';
import { withOrganisation, type Tx } from '../../../db/tenancy.ts';
import type { Keys } from '../../../keys.ts';
import { deleteKeptValue, saveKeptValue } from '../updates/values/queries.ts';
import { beginChange, deleteValue, findValue, keepVersion, listKeys, lockStorage, saveValue } from './queries.ts';

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
  /**
   * From now on this content of an installation changes nothing any more: its storage is set back, and what is still under
   * way in it must not write over that.
   */
  fence(installationId: string, digest: string): void;
  /** This content is installed again. */
  lift(installationId: string, digest: string): void;
  /**
   * What calls of this content still change goes into the kept state as well: they began before the update, and belong to
   * what it is gone back to. Null ends it.
   */
  mirror(installationId: string, into: { digest: string; pointId: string } | null): void;
  /** The installation is gone. */
  forget(installationId: string): void;
};

/**
 * A version counts the changes of the whole installation and is never used twice: a key that was deleted and made again
 * has another one, so whoever read it before the deletion does not win a compare-and-set after it.
 */
export function createStorage({ db, keys }: { db: Database; keys: Keys }): StoragePort {
  const staged = new Map<string, MemoryStore>();
  const fenced = new Map<string, string>();
  const mirrors = new Map<string, { digest: string; pointId: string }>();

  /** Inside of the transaction, with the installation's counter locked: whoever sets the storage back waits for it. */
  function refuseFenced({ id, digest }: Installation): void {
    if (fenced.has(id) && fenced.get(id) === digest) throw new Problem('call_ended', 'This version was set back.');
  }

  function mirrorOf({ id, digest }: Installation): string | null {
    const mirror = mirrors.get(id);
    return mirror !== undefined && mirror.digest === digest ? mirror.pointId : null;
  }

  return {
    async get(installation, key) {
      const memory = staged.get(installation.id);
      if (memory) return storedValue(memory.get(key));
      if (!isStorable(key)) return storedValue(undefined);
      const row = await withOrganisation(db, installation.organisationId, (tx) => findValue(tx, installation.id, key));
      if (!row) return storedValue(undefined);
      const text = Buffer.from(keys.open(row.value, storagePurpose(installation, key))).toString();
      return storedValue({ text, version: row.version });
    },

    async set(installation, key, value, { ttlSeconds, ifVersion }) {
      const text = storedText(key, value);
      const size = storedSize(key, text);
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
        refuseFenced(installation);
        const version = change.next;
        const stored = { ...owner(installation), key, value: sealed, size, expiresAt, version };
        await saveValue(tx, stored);
        const pointId = mirrorOf(installation);
        if (pointId !== null) await saveKeptValue(tx, pointId, stored);
        return version;
      });
    },

    async delete(installation, key) {
      const memory = staged.get(installation.id);
      if (memory) return memory.delete(key);
      if (!isStorable(key)) return false;
      return withOrganisation(db, installation.organisationId, async (tx) => {
        await lockStorage(tx, installation.id);
        refuseFenced(installation);
        const pointId = mirrorOf(installation);
        if (pointId !== null) await deleteKeptValue(tx, pointId, key);
        return deleteValue(tx, installation.id, key);
      });
    },

    async list(installation, page) {
      const memory = staged.get(installation.id);
      if (memory) return memory.list(page);
      if (!isStorable(page.prefix) || !isStorable(page.after)) return [];
      return withOrganisation(db, installation.organisationId, (tx) => listKeys(tx, installation.id, page));
    },

    stage: (installationId) => void staged.set(installationId, createMemoryStore()),

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

    fence: (installationId, digest) => void fenced.set(installationId, digest),

    lift(installationId, digest) {
      if (fenced.get(installationId) === digest) fenced.delete(installationId);
    },

    mirror(installationId, into) {
      if (into === null) mirrors.delete(installationId);
      else mirrors.set(installationId, into);
    },

    forget(installationId) {
      fenced.delete(installationId);
      mirrors.delete(installationId);
    },
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
