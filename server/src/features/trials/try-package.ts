import { createHash, randomUUID } from 'node:crypto';
import type { Measurement } from '@proofpix/contract/api/trials';
import { Problem } from '@proofpix/contract/errors';
import { hostCalls, isHostCall } from '@proofpix/contract/host-calls';
import { hooks as builtInHooks, isBuiltInHook } from '@proofpix/contract/hooks';
import { limits } from '@proofpix/contract/limits';
import { manifestHooks } from '@proofpix/contract/manifest';
import type { Permission } from '@proofpix/contract/permissions';
import type { Report } from '@proofpix/contract/runs';
import type { DerivedFiles, HostCallSeen, Installation, Photo } from '@proofpix/host/capabilities';
import { createHost } from '@proofpix/host/host';
import { createMemoryCapabilities } from '@proofpix/host/memory-capabilities';
import { runPhoto } from '@proofpix/host/run-photo';
import { detectPhotoType } from '@proofpix/scanner/photo-type';
import type { Package } from '@proofpix/scanner/package';

const organisationId = 'trial';
/** Whatever the manifest asks for. */
const granted: ReadonlySet<Permission> = new Set(['files']);
/** Somebody waits for it: a hook that hangs costs seconds here, not its whole minute. */
const ceiling = { timeout: 15_000, memory: 256 };
/** Hosts that are told apart: a plugin may make up a name for every call. */
const toldHosts = 20;

export type TrialPhoto = { name: string; bytes: Uint8Array };

/** @throws Problem photo_type_unknown */
export async function openTrialPhoto({ name, bytes }: TrialPhoto): Promise<Photo> {
  const type = await detectPhotoType(bytes);
  if (type === undefined) throw new Problem('photo_type_unknown', `"${name}" was refused. Nothing was stored.`);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return {
    file: { id: randomUUID(), name, type, size: bytes.length, sha256 },
    read: async (offset, length) => bytes.slice(offset, offset + length),
  };
}

/**
 * Takes photos through a package in a host of its own, which ends with the call: no installation, storage, network, log or
 * security event of anybody is touched, and nothing is written to a disk. What is refused is counted here and nowhere else.
 * @throws the signal's reason
 */
export async function tryPackage(
  pkg: Pick<Package, 'digest' | 'manifest' | 'files'>,
  photos: readonly Photo[],
  signal: AbortSignal,
): Promise<{ reports: Report[]; measurement: Measurement }> {
  const calls = new CallsSeen();
  const capabilities = createMemoryCapabilities({ hostCall: (_, seen) => calls.add(seen) });
  await using host = createHost({ capabilities, spareRunners: 0, maximumRunners: 1 });
  const installation = installationOf(pkg);
  host.register(installation);
  const reports: Report[] = [];
  for (const photo of photos) {
    const runId = randomUUID();
    reports.push(await runPhoto(host, { runId, organisationId, photo, derivedFiles: forgetFiles, signal }));
  }
  // Its process ends first: only then is all that it used counted.
  await host.unload(installation.id);
  const { cpuMilliseconds, memoryBytes, deaths } = host.usage(installation.id);
  const steps = reports.flatMap((report) => report.steps);
  const sum = (of: (step: Report['steps'][number]) => number) => steps.reduce((total, step) => total + of(step), 0);
  const measurement: Measurement = {
    photos: photos.length,
    hooks: [...Map.groupBy(steps, ({ hook }) => hook)].map(([hook, all]) => ({
      hook,
      calls: all.length,
      failures: all.filter(({ ok }) => !ok).length,
      codes: [...new Set(all.flatMap(({ error }) => (error === undefined ? [] : [error.code])))],
      milliseconds: all.reduce((total, { milliseconds }) => total + milliseconds, 0),
    })),
    answered: calls.answered(),
    refused: calls.refused(),
    hosts: calls.hosts(),
    bytesRead: sum(({ usage }) => usage.bytesRead),
    bytesWritten: sum(({ usage }) => usage.bytesWritten),
    outputs: sum(({ files }) => files.length),
    findings: reports.reduce((total, { findings }) => total + findings.length, 0),
    cpuMilliseconds: Math.max(0, cpuMilliseconds),
    memoryBytes: Math.max(0, Math.round(memoryBytes)),
    deaths,
    unused: (pkg.manifest.permissions ?? []).filter(
      (permission) => !calls.permissions.has(permission) && !hooksUse(pkg, permission),
    ),
  };
  return { reports, measurement };
}

function installationOf({ manifest, digest, files }: Pick<Package, 'digest' | 'manifest' | 'files'>): Installation {
  return {
    id: `${organisationId}/${manifest.id}`,
    organisationId,
    pluginId: manifest.id,
    version: manifest.version,
    digest,
    manifest,
    hooks: manifestHooks(manifest),
    installedAt: 0,
    ceiling: () => ceiling,
    readFiles: async () => files,
    grants: () => granted,
    config: async () => ({}),
  };
}

/** A hook that needs a permission uses it by being called. */
function hooksUse({ manifest }: Pick<Package, 'manifest'>, permission: Permission): boolean {
  return manifestHooks(manifest).some(({ name }) =>
    isBuiltInHook(name)
      ? builtInHooks[name].permission === permission
      : manifest.customHooks?.[name]?.permission === permission,
  );
}

/** What a plugin adds is looked at and let go: a trial keeps nothing. */
function forgetFiles(): DerivedFiles {
  return {
    write: async (name, bytes) => {
      if (bytes.length > limits.derivedFileBytes) throw new Problem('host_call_invalid', `"${name}" is too large.`);
      const type = (await detectPhotoType(bytes)) ?? 'application/octet-stream';
      return { name, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), type };
    },
  };
}

class CallsSeen {
  readonly permissions = new Set<Permission>();
  readonly #answered = new Map<string, number>();
  readonly #refused = new Map<string, number>();
  readonly #hosts = new Set<string>();

  add({ name, args, error }: HostCallSeen): void {
    // A name that is made up is hostile, and ours alone are told: no text of a plugin becomes a key.
    const known = isHostCall(name) ? name : 'unknown';
    const counts = error === null ? this.#answered : this.#refused;
    counts.set(known, (counts.get(known) ?? 0) + 1);
    const permission = isHostCall(name) ? hostCalls[name].permission : null;
    if (permission !== null) this.permissions.add(permission);
    if (name === 'http.request' && this.#hosts.size < toldHosts) {
      const host = hostOf(args);
      if (host !== null) this.#hosts.add(host);
    }
  }

  answered = () => Object.fromEntries([...this.#answered].sort());
  refused = () => Object.fromEntries([...this.#refused].sort());
  hosts = () => [...this.#hosts].sort();
}

/** Of a refused call the arguments were not checked. */
function hostOf(args: unknown): string | null {
  const url = typeof args === 'object' && args !== null && 'url' in args ? args.url : null;
  const read = typeof url === 'string' ? URL.parse(url) : null;
  return read === null || read.hostname === '' ? null : read.hostname.slice(0, 253);
}
