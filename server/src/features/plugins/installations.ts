import { Problem } from '@proofpix/contract/errors';
import type { Json } from '@proofpix/contract/json';
import type { Permission } from '@proofpix/contract/permissions';
import type { Installation } from '@proofpix/host/capabilities';
import { readPackage } from '@proofpix/scanner/read-package';
import type { Database } from '../../db/database.ts';
import { withOrganisation } from '../../db/tenancy.ts';
import type { Objects } from '../../objects.ts';
import { schemaOf } from './config/plugin-config.ts';
import { findConfig } from './config/queries.ts';
import { handedConfig } from './config/stored-config.ts';
import type { PluginLimits } from './limits/organisation-limits.ts';
import type { InstallationRow } from './queries.ts';

export type Files = ReadonlyMap<string, Uint8Array>;

/** What the host is told of an installation: from its row, or from a package that has no row yet. */
export type InstallationFacts = Pick<
  Installation,
  'id' | 'organisationId' | 'pluginId' | 'version' | 'digest' | 'manifest' | 'hooks' | 'installedAt'
> & { archiveDigest: string; grants: ReadonlySet<Permission> };

type Parts = { db: Database; objects: Objects; limits: PluginLimits };

/** The installations that the host knows, with the grants that are in force at this moment. */
export type Installations = {
  /**
   * The object that the host gets. With `files` the first runner is given them from memory; later ones read the package
   * from the store again and check that it is what was installed.
   */
  create(facts: InstallationFacts, files?: Files): Installation;
  /** The one that the host was given, or undefined when it knows none. */
  known(installationId: string): Installation | undefined;
  has(installationId: string): boolean;
  keep(installation: Installation): void;
  drop(installationId: string): void;
  /** Replaced right after the decision is committed; the host asks at every host call. */
  setGrants(installationId: string, grants: ReadonlySet<Permission>): void;
  /** One change of a plugin at a time: install, load, unload, configure and uninstall wait for each other. */
  locked<Result>(organisationId: string, pluginId: string, work: () => Promise<Result>): Promise<Result>;
  /** Resolves when no change is under way any more. */
  settled(): Promise<void>;
};

export function createInstallations({ db, objects, limits }: Parts): Installations {
  const known = new Map<string, Installation>();
  const grants = new Map<string, ReadonlySet<Permission>>();
  const queues = new Map<string, Promise<unknown>>();
  const none: ReadonlySet<Permission> = new Set();

  async function readFiles(facts: InstallationFacts): Promise<Files> {
    const size = await objects.size(facts.organisationId, facts.archiveDigest);
    if (size === undefined) throw new Problem('plugin_load_failed', 'The stored package is missing.');
    const archive = await objects.read(facts.organisationId, facts.archiveDigest, 0, size);
    const read = await readPackage(archive);
    // The store is outside of the database: what was changed there must never run.
    if (read.digest !== facts.digest) {
      throw new Problem('plugin_load_failed', 'The stored package is not the one that was installed.');
    }
    return read.files;
  }

  async function readConfig(facts: InstallationFacts): Promise<Json> {
    const row = await withOrganisation(db, facts.organisationId, (tx) => findConfig(tx, facts.id));
    return handedConfig(schemaOf(facts.manifest), facts.id, row?.config ?? {}, row?.secrets_set ?? []);
  }

  return {
    create(facts, files) {
      const { archiveDigest: _archive, grants: granted, ...told } = facts;
      if (!grants.has(facts.id)) grants.set(facts.id, granted);
      let inMemory = files;
      return {
        ...told,
        async readFiles() {
          const first = inMemory;
          inMemory = undefined;
          return first ?? readFiles(facts);
        },
        ceiling: () => limits.ceiling(facts.organisationId),
        grants: () => grants.get(facts.id) ?? none,
        config: () => readConfig(facts),
      };
    },
    known: (installationId) => known.get(installationId),
    has: (installationId) => known.has(installationId),
    keep: (installation) => void known.set(installation.id, installation),
    drop(installationId) {
      known.delete(installationId);
      grants.delete(installationId);
    },
    setGrants: (installationId, granted) => void grants.set(installationId, granted),

    async locked(organisationId, pluginId, work) {
      const key = `${organisationId} ${pluginId}`;
      const before = queues.get(key) ?? Promise.resolve();
      const mine = before.then(work);
      const settled = mine.catch(() => {});
      queues.set(key, settled);
      try {
        return await mine;
      } finally {
        if (queues.get(key) === settled) queues.delete(key);
      }
    },
    async settled() {
      while (queues.size > 0) await Promise.all(queues.values());
    },
  };
}

export function factsOf(row: InstallationRow): InstallationFacts {
  return {
    id: row.id,
    organisationId: row.organisation_id,
    pluginId: row.plugin_id,
    version: row.version,
    digest: row.digest,
    manifest: row.manifest,
    hooks: row.hooks.map(({ hook, priority }) => ({ name: hook, priority })),
    installedAt: row.installed_at.getTime(),
    archiveDigest: row.archive_digest,
    grants: grantedOf(row.permissions),
  };
}

export function grantedOf(
  decisions: readonly { permission: Permission; decision: 'granted' | 'refused' | 'pending' }[],
): ReadonlySet<Permission> {
  return new Set(decisions.filter(({ decision }) => decision === 'granted').map(({ permission }) => permission));
}
