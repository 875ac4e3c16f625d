import { Problem } from '@proofpix/contract/errors';
import type { Json } from '@proofpix/contract/json';
import { limits } from '@proofpix/contract/limits';
import type { Installation, PluginStorage } from '@proofpix/host/capabilities';
import type { Database } from '../../../db/database.ts';
import { withOrganisation, type Tx } from '../../../db/tenancy.ts';
import type { Keys } from '../../../keys.ts';
import { isStorable } from '../storable.ts';
import { deleteValue, findValue, listKeys, saveValue, sizeBeside } from './queries.ts';

/** What an entry counts beyond its key and value, so that millions of tiny values do not pass for nothing. */
const entryOverhead = 100;
const listedKeys = 1_000;

type StagedValue = { text: string; size: number; expiresAt: Date | null };

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

export function createStorage({ db, keys }: { db: Database; keys: Keys }): StoragePort {
  const staged = new Map<string, Map<string, StagedValue>>();

  return {
    async get(installation, key) {
      const memory = staged.get(installation.id);
      if (memory) return parse(alive(memory.get(key))?.text ?? 'null');
      const sealed = await withOrganisation(db, installation.organisationId, async (tx) =>
        isStorable(key) ? findValue(tx, installation.id, key) : null,
      );
      return sealed === null ? null : parse(Buffer.from(keys.open(sealed, purpose(installation, key))).toString());
    },

    async set(installation, key, value, ttlSeconds) {
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
        const others = [...memory].reduce((sum, [name, kept]) => (name === key ? sum : sum + kept.size), 0);
        checkQuota(others + size);
        memory.set(key, { text, size, expiresAt });
        return;
      }
      const sealed = keys.seal(Buffer.from(text), purpose(installation, key));
      await withOrganisation(db, installation.organisationId, async (tx) => {
        const others = await sizeBeside(tx, installation.id, key);
        if (others === null) throw new Problem('plugin_not_found');
        checkQuota(others + size);
        await saveValue(tx, { ...owner(installation), key, value: sealed, size, expiresAt });
      });
    },

    async delete(installation, key) {
      const memory = staged.get(installation.id);
      if (memory) return alive(memory.get(key)) !== undefined && memory.delete(key);
      if (!isStorable(key)) return false;
      return withOrganisation(db, installation.organisationId, (tx) => deleteValue(tx, installation.id, key));
    },

    async list(installation, prefix) {
      const memory = staged.get(installation.id);
      if (memory) {
        const found = [...memory].filter(([key, kept]) => key.startsWith(prefix) && alive(kept));
        return found
          .map(([key]) => key)
          .sort(byBytes)
          .slice(0, listedKeys);
      }
      if (!isStorable(prefix)) return [];
      return withOrganisation(db, installation.organisationId, (tx) =>
        listKeys(tx, installation.id, prefix, listedKeys),
      );
    },

    stage: (installationId) => void staged.set(installationId, new Map()),

    isStaged: (installationId) => staged.has(installationId),

    async writeStaged(tx, installation) {
      for (const [key, { text, size, expiresAt }] of staged.get(installation.id) ?? []) {
        const value = keys.seal(Buffer.from(text), purpose(installation, key));
        await saveValue(tx, { ...owner(installation), key, value, size, expiresAt });
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
function purpose({ organisationId, id }: Pick<Installation, 'id' | 'organisationId'>, key: string): string {
  return `plugin-storage\n${organisationId}\n${id}\n${key}`;
}

function checkQuota(size: number): void {
  if (size > limits.storageQuotaBytes) throw new Problem('storage_quota');
}

function alive(kept: StagedValue | undefined): StagedValue | undefined {
  return kept && (kept.expiresAt === null || kept.expiresAt.getTime() > Date.now()) ? kept : undefined;
}

/** The order in which the database sorts keys. */
function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function parse(text: string): Json {
  return JSON.parse(text) as Json; // JSON.parse gives nothing else
}
