import { Problem } from '@proofpix/contract/errors';
import type { Json } from '@proofpix/contract/json';
import type { Permission } from '@proofpix/contract/permissions';
import { decideHost, decidePermission, type Policy, type PolicySubject } from '@proofpix/contract/policies';
import type { ScanVerdict } from '@proofpix/contract/scan';
import type { Installation } from '@proofpix/host/capabilities';
import { sha256 } from '@proofpix/scanner/identity';
import { readPackage } from '@proofpix/scanner/read-package';
import type { Database } from '../../db/database.ts';
import { withOrganisation } from '../../db/tenancy.ts';
import type { Objects } from '../../objects.ts';
import { handedConfig, schemaOf } from '@proofpix/host/plugin-config';
import { findConfig } from './config/queries.ts';
import type { PluginLimits } from './limits/organisation-limits.ts';
import type { InstallationRow } from './queries.ts';
import type { Licences } from '../money/licences/licences-in-force.ts';
import type { Policies } from '../policies/policies-in-force.ts';
import { publishersOf } from './policy/policy-subject.ts';
import { changedSentence } from './trust/changed-sentence.ts';

export type Files = ReadonlyMap<string, Uint8Array>;

/** What the host is told of an installation: from its row, or from a package that has no row yet. */
export type InstallationFacts = Pick<
  Installation,
  'id' | 'organisationId' | 'pluginId' | 'version' | 'digest' | 'manifest' | 'hooks' | 'installedAt'
> & {
  archiveDigest: string;
  source: string;
  publisher: string;
  grants: ReadonlySet<Permission>;
  /** Who stands behind the package, for the policy. */
  publishers: readonly string[];
  verdict: ScanVerdict | null;
};

type Parts = {
  db: Database;
  objects: Objects;
  limits: PluginLimits;
  policies: Policies;
  licences: Pick<Licences, 'refusalOf'>;
  /** Told when the store gives other bytes than were installed, before the load fails. `found`: SHA-256 of what is there. */
  onChanged(installation: Installation, found: string): Promise<void>;
};

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
  /** What the organisation's rules make of its package: a policy may ask for that. */
  setVerdict(installationId: string, verdict: ScanVerdict | null): void;
  /** One change of a plugin at a time: install, load, unload, configure and uninstall wait for each other. */
  locked<Result>(organisationId: string, pluginId: string, work: () => Promise<Result>): Promise<Result>;
  /** Resolves when no change is under way any more. */
  settled(): Promise<void>;
};

export function createInstallations({ db, objects, limits, policies, licences, onChanged }: Parts): Installations {
  const known = new Map<string, Installation>();
  const grants = new Map<string, ReadonlySet<Permission>>();
  const queues = new Map<string, Promise<unknown>>();
  const none: ReadonlySet<Permission> = new Set();
  const verdicts = new Map<string, ScanVerdict | null>();

  async function readFiles(facts: InstallationFacts, installation: Installation): Promise<Files> {
    const size = await objects.size(facts.organisationId, facts.archiveDigest);
    if (size === undefined) throw new Problem('plugin_load_failed', 'The stored package is missing.');
    const archive = await objects.read(facts.organisationId, facts.archiveDigest, 0, size);
    // The store is outside of the database: what was changed there must never run, nor be unpacked.
    const found = await sha256(archive);
    if (found === facts.archiveDigest) {
      const read = await readPackage(archive);
      if (read.digest === facts.digest) return read.files;
    }
    await onChanged(installation, found);
    throw new Problem('plugin_load_failed', changedSentence);
  }

  async function readConfig(facts: InstallationFacts): Promise<Json> {
    const row = await withOrganisation(db, facts.organisationId, (tx) => findConfig(tx, facts.id));
    return handedConfig(schemaOf(facts.manifest), facts.id, row?.config ?? {}, row?.secrets_set ?? []);
  }

  return {
    create(facts, files) {
      const { archiveDigest: _archive, grants: granted, publishers, verdict, source, publisher, ...told } = facts;
      const licence = { organisationId: facts.organisationId, source, publisher, pluginId: facts.pluginId };
      verdicts.set(facts.id, verdict);
      const subject = (): PolicySubject => ({
        plugin: facts.pluginId,
        version: facts.version,
        publishers,
        verdict: verdicts.get(facts.id) ?? null,
      });
      const policy = () => policies.of(facts.organisationId).policy;
      const masked = createMask(subject);
      if (!grants.has(facts.id)) grants.set(facts.id, granted);
      let inMemory = files;
      const installation: Installation = {
        ...told,
        async readFiles() {
          const first = inMemory;
          inMemory = undefined;
          return first ?? readFiles(facts, installation);
        },
        ceiling: () => limits.ceiling(facts.organisationId),
        // What the policy denies is granted to nobody, whatever was decided before.
        grants: () => masked(grants.get(facts.id) ?? none, policy()),
        refusal: () => licences.refusalOf(licence),
        reaches: (hostname, port) => decideHost(policy(), subject(), hostname, port).effect === 'allow',
        config: () => readConfig(facts),
      };
      return installation;
    },
    known: (installationId) => known.get(installationId),
    has: (installationId) => known.has(installationId),
    keep: (installation) => void known.set(installation.id, installation),
    drop(installationId) {
      known.delete(installationId);
      grants.delete(installationId);
      verdicts.delete(installationId);
    },
    setGrants: (installationId, granted) => void grants.set(installationId, granted),
    setVerdict(installationId, verdict) {
      if (verdicts.has(installationId)) verdicts.set(installationId, verdict);
    },

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

/** Asked at every host call, and decided anew only when the grants or the policy are others. */
function createMask(subject: () => PolicySubject) {
  type Asked = { granted: ReadonlySet<Permission>; policy: Policy; verdict: ScanVerdict | null };
  let last: (Asked & { allowed: ReadonlySet<Permission> }) | null = null;
  return (granted: ReadonlySet<Permission>, policy: Policy): ReadonlySet<Permission> => {
    const about = subject();
    const { verdict } = about;
    if (last?.granted === granted && last.policy === policy && last.verdict === verdict) return last.allowed;
    const allowed = [...granted].filter((each) => decidePermission(policy, about, each).effect === 'allow');
    last = { granted, policy, verdict, allowed: new Set(allowed) };
    return last.allowed;
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
    source: row.source,
    publisher: row.publisher,
    grants: grantedOf(row.permissions),
    publishers: publishersOf(row, row.signature),
    verdict: null,
  };
}

export function subjectOfFacts({
  pluginId: plugin,
  version,
  publishers,
  verdict,
}: Pick<InstallationFacts, 'pluginId' | 'version' | 'publishers' | 'verdict'>): PolicySubject {
  return { plugin, version, publishers, verdict };
}

export function grantedOf(
  decisions: readonly { permission: Permission; decision: 'granted' | 'refused' | 'pending' }[],
): ReadonlySet<Permission> {
  return new Set(decisions.filter(({ decision }) => decision === 'granted').map(({ permission }) => permission));
}
