import { errors, type ErrorCode, Problem } from '@proofpix/contract/errors';
import type { ScanProgress } from '@proofpix/contract/api/jobs';
import { hooks, isBuiltInHook } from '@proofpix/contract/hooks';
import type { PackageInspection } from '@proofpix/contract/inspection';
import type { Json } from '@proofpix/contract/json';
import { authorName, manifestHooks, type Manifest } from '@proofpix/contract/manifest';
import type { Permission } from '@proofpix/contract/permissions';
import { effectiveVerdict } from '@proofpix/contract/scan';
import { cleanText } from '@proofpix/host/clean-text';
import { compareVersions } from '@proofpix/scanner/compare-versions';
import type { Package } from '@proofpix/scanner/package';
import { withOrganisation } from '../../../db/tenancy.ts';
import { asksForMore } from '../decide-grants.ts';
import { iconOf } from '../icon/package-icon.ts';
import type { InstallRequest } from '../install-request.ts';
import type { PluginParts } from '../parts.ts';
import { checkInstall, type Coming } from '../policy/check-install.ts';
import { findInstallation, type InstallationRow } from '../queries.ts';
import { readScanned } from '../read-usable.ts';
import { rulesInForce } from '../scans/queries.ts';
import { foreseeAdmission } from '../trust/admit-package.ts';
import { findVersions } from './queries.ts';

type Request = Pick<
  InstallRequest,
  'organisationId' | 'archive' | 'fileName' | 'source' | 'publisher' | 'signature' | 'expected'
> & {
  /** Chosen by whoever asks. */
  watch: string | undefined;
  /** Aborted when nobody waits for it any more. */
  signal: AbortSignal;
};

/** What installing the package would mean, from its bytes and from what is installed. Nothing is stored and nothing runs. */
export async function inspectPackage(
  parts: Pick<PluginParts, 'db' | 'intake' | 'trust' | 'advisories'>,
  request: Request,
): Promise<PackageInspection> {
  const {
    package: read,
    scan,
    audit,
  } = await readScanned(parts, {
    ...request,
    ...(request.watch === undefined ? {} : { jobId: keyOf(request.organisationId, request.watch) }),
  });
  const { manifest } = read;
  const wanted = Object.entries(manifest.pluginDependencies ?? {});
  const { before, versions, rules } = await withOrganisation(parts.db, request.organisationId, async (tx) => ({
    before: await findInstallation(tx, manifest.id),
    rules: await rulesInForce(tx, request.organisationId),
    versions: await findVersions(
      tx,
      wanted.map(([id]) => id),
    ),
  }));
  const { mark, refusal } = await foreseeAdmission(parts, request, read, before);
  const { organisationId, source, publisher } = request;
  const verdict = effectiveVerdict(scan, rules);
  const coming = { organisationId, source, publisher, mark, manifest, verdict, loads: false };
  const denial = before?.digest === read.digest ? null : await foreseePolicy(parts, coming, before);
  const icon = iconOf(read.files);
  return {
    id: manifest.id,
    name: manifest.name,
    version: manifest.version,
    description: manifest.description,
    author: authorName(manifest),
    type: manifest.type,
    category: manifest.category,
    license: manifest.license ?? null,
    homepage: manifest.homepage ?? null,
    manifest: manifest as { readonly [key: string]: Json }, // a manifest is JSON
    digest: read.digest,
    archiveDigest: read.archiveDigest,
    archiveSize: request.archive.length,
    size: read.size,
    files: read.files.size,
    readme: read.readme === null ? null : cleanText(read.readme),
    icon: icon && { type: icon.type, data: Buffer.from(icon.bytes).toString('base64') },
    permissions: permissionsOf(manifest, before),
    hosts: (manifest.hosts ?? []).map((host) => ({ host, isNew: !before?.manifest.hosts?.includes(host) })),
    hooks: manifestHooks(manifest).map(({ name }) => name),
    dependencies: wanted.map(([plugin, range]) => ({ plugin, range, installed: versions.get(plugin) ?? null })),
    warnings: read.warnings,
    scan: { result: scan, verdict },
    vulnerabilities: {
      state: audit.state,
      reason: audit.reason,
      source: audit.source,
      components: audit.components.length,
    },
    signature: mark,
    step: stepOf(manifest, before),
    installed: before
      ? {
          version: before.version,
          digest: before.digest,
          source: before.source,
          publisher: before.publisher,
          isSamePackage: before.digest === read.digest,
        }
      : null,
    obstacle: refusalOf(refusal) ?? obstacleOf(request, read, before) ?? refusalOf(denial),
  };
}

/** Of one organisation: what another one reads is nobody else's to watch, whatever it chose. */
function keyOf(organisationId: string, watch: string): string {
  return `inspection ${organisationId} ${watch}`;
}

export function inspectionProgress(
  { intake }: Pick<PluginParts, 'intake'>,
  { organisationId, watch }: { organisationId: string; watch: string },
): ScanProgress | null {
  return intake.progressOf(keyOf(organisationId, watch));
}

function permissionsOf(manifest: Manifest, before?: InstallationRow): PackageInspection['permissions'] {
  return [...new Set(manifest.permissions)].map((permission) => ({
    permission,
    reason: reasonOf(manifest, permission),
    hooks: manifestHooks(manifest)
      .map(({ name }) => name)
      .filter((name) => permissionOf(manifest, name) === permission),
    decision: before?.permissions.find((row) => row.permission === permission)?.decision ?? 'pending',
    isNew: before === undefined || asksForMore(permission, manifest, before),
  }));
}

function reasonOf({ permissionReasons = {} }: Manifest, permission: Permission): string | null {
  return Object.hasOwn(permissionReasons, permission) ? (permissionReasons[permission] ?? null) : null;
}

function permissionOf(manifest: Manifest, hook: string): Permission | null {
  if (isBuiltInHook(hook)) return hooks[hook].permission;
  const own = manifest.customHooks ?? {};
  return Object.hasOwn(own, hook) ? (own[hook]?.permission ?? null) : null;
}

function stepOf({ version }: Manifest, before?: InstallationRow): PackageInspection['step'] {
  if (before === undefined) return 'new';
  const order = compareVersions(version, before.version);
  return order === 0 ? 'same' : order > 0 ? 'upgrade' : 'downgrade';
}

/** What the policy and a pin say to it. */
async function foreseePolicy(
  { db }: Pick<PluginParts, 'db'>,
  coming: Coming,
  before: InstallationRow | undefined,
): Promise<Problem | null> {
  try {
    await withOrganisation(db, coming.organisationId, (tx) => checkInstall(tx, coming, before));
    return null;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

function refusalOf(refusal: Problem | null): PackageInspection['obstacle'] {
  if (refusal === null) return null;
  const { code, message } = refusal;
  switch (code) {
    case 'package_killed':
    case 'signature_required':
    case 'plugin_id_taken':
    case 'policy_denied':
    case 'version_pinned':
      return { code, message };
    default:
      throw refusal;
  }
}

/** The same rules as installing has, for somebody who installs without `development`. */
function obstacleOf(request: Request, read: Package, before?: InstallationRow): PackageInspection['obstacle'] {
  if (before === undefined || before.digest === read.digest) return null;
  if (before.source !== request.source || before.publisher !== request.publisher) return obstacle('plugin_id_taken');
  return before.version === read.manifest.version ? obstacle('version_changed') : null;
}

function obstacle<Code extends ErrorCode>(code: Code): { code: Code; message: string } {
  return { code, message: errors[code][1] };
}
