import { manifestObstacles } from '@proofpix/host/plugin-config';
import type { DependencyAudit } from '@proofpix/contract/dependencies';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import type { ScannedPackage } from '@proofpix/intake/create-intake';
import type { Package } from '@proofpix/scanner/package';
import { readPackage } from '@proofpix/scanner/read-package';
import type { PluginParts } from './parts.ts';
import { lookUpDependencies } from './scans/look-up-dependencies.ts';

/** Without a scan where it was read here. */
export type UsablePackage =
  | ScannedPackage
  | (Pick<ScannedPackage, 'package' | 'archive'> & { scan: null; components: null; receivedDigest: null });

type Parts = Pick<PluginParts, 'intake' | 'advisories'>;

type Request = {
  organisationId: string;
  archive: Uint8Array;
  fileName?: string;
  startsLater?: boolean;
  jobId?: string;
  signal?: AbortSignal;
};

/** A package that could be installed: what the intake demands, and what the database can hold. @throws Problem */
export async function readUsable(parts: Parts, request: Request): Promise<UsablePackage> {
  if (request.startsLater !== true) return readScanned(parts, request);
  const own = await readOwn(request);
  checkManifest(own.package);
  return own;
}

/** The same, with what was found in it and what is known against its dependencies. @throws Problem */
export async function readScanned(
  parts: Parts,
  { organisationId, archive, fileName, jobId, signal }: Request,
): Promise<ScannedPackage & { audit: DependencyAudit }> {
  const scanned = await parts.intake.scan({
    organisationId,
    archive,
    ...(fileName === undefined ? {} : { fileName }),
    ...(jobId === undefined ? {} : { key: jobId }),
    ...(signal === undefined ? {} : { signal }),
  });
  checkManifest(scanned.package);
  return { ...scanned, ...(await lookUpDependencies(parts, scanned)) };
}

function checkManifest({ manifest }: Package): void {
  const wrong = manifestObstacles(manifest);
  if (wrong.length > 0) throw new Problem('manifest_invalid', undefined, wrong);
}

/**
 * Our own packages at the first start alone, which our packer has just written from files of this very install, in
 * canonical form: nothing of a stranger's is unpacked here. What the rules say of them is found out afterwards, when
 * nobody waits for the server any more.
 */
async function readOwn({ archive, fileName }: Request): Promise<UsablePackage> {
  if (archive.length > limits.packageBytes) throw new Problem('package_too_large');
  const read = await readPackage(archive, fileName === undefined ? {} : { fileName });
  return { package: read, archive, receivedDigest: null, scan: null, components: null };
}
