import { Problem } from '@proofpix/contract/errors';
import { isFollowedSource } from '@proofpix/contract/plugin-source';
import type { SignatureMark } from '@proofpix/contract/trust';
import type { Package } from '@proofpix/scanner/package';
import type { SignedPackage } from '@proofpix/signatures/verify-signatures';
import { withOrganisation } from '../../../db/tenancy.ts';
import { proveSignature, refuseKilled, type Proof } from '../../trust/prove-package.ts';
import type { InstallRequest } from '../install-request.ts';
import type { PluginParts } from '../parts.ts';
import { findById, type InstallationRow } from '../queries.ts';
import { readRules } from './package-rules.ts';
import { saveSignature } from './queries.ts';

type Parts = Pick<PluginParts, 'db' | 'trust'>;
type Request = Pick<InstallRequest, 'organisationId' | 'source' | 'publisher' | 'signature' | 'expected'>;

/**
 * Whether a package may be installed at all, and what its signature proves; null where it has none.
 * @throws Problem signature_invalid, signature_required, package_killed
 */
export async function admitPackage(parts: Parts, request: Request, read: Package): Promise<Proof | null> {
  const proof = proofOf(parts, request, read);
  await refuseUnfit(parts, request, read, proof);
  return proof;
}

/**
 * What installing would be answered, and the mark that the installation would have.
 * @throws Problem signature_invalid
 */
export async function foreseeAdmission(
  parts: Parts,
  request: Request,
  read: Package,
  before: Pick<InstallationRow, 'signature'> | undefined,
): Promise<{ mark: SignatureMark; refusal: Problem | null }> {
  const proof = proofOf(parts, request, read);
  const { source, publisher } = request;
  const mark = markOf({ source, publisher, signature: proof?.mark ?? null });
  try {
    await refuseUnfit(parts, request, read, proof);
    if (before) refuseOtherSigner(before, proof);
    return { mark, refusal: null };
  } catch (error) {
    if (error instanceof Problem) return { mark, refusal: error };
    throw error;
  }
}

function proofOf({ trust }: Parts, { source, publisher, signature, expected }: Request, read: Package): Proof | null {
  const { id, version, digest } = subjectOf(read);
  if (expected !== undefined && (expected.id !== id || expected.version !== version || expected.digest !== digest))
    throw new Problem('marketplace_refused', 'The package is another one than its catalog says.');
  const proof = signature === undefined ? null : proveSignature(trust, signature, subjectOf(read), source);
  // Another server is believed by what it signed, and by nothing else.
  if (isFollowedSource(source) && (proof?.mark.countersigned == null || proof.mark.publisher !== publisher))
    throw new Problem('signature_invalid', `Its marketplace did not sign that it is of ${publisher}.`);
  return proof;
}

async function refuseUnfit(
  parts: Parts,
  { organisationId, source, publisher }: Request,
  read: Package,
  proof: Proof | null,
): Promise<void> {
  refuseKilled(parts.trust, subjectOf(read), { source, publisher, mark: proof?.mark ?? null });
  // What came with the server is as trustworthy as the server.
  if (proof !== null || source === 'bundled') return;
  const { unsignedPackages } = await readRules(parts, organisationId);
  if (unsignedPackages === 'refuse') throw new Problem('signature_required');
}

function subjectOf({ manifest, digest }: Package): SignedPackage {
  return { id: manifest.id, version: manifest.version, digest };
}

/**
 * An update stays with who signed what is there: somebody else's package of the same id would inherit its grants, secrets
 * and stored values.
 * @throws Problem plugin_id_taken
 */
export function refuseOtherSigner(before: Pick<InstallationRow, 'signature'>, proof: Proof | null): void {
  const signer = before.signature?.publisher ?? null;
  if (signer === null || proof?.mark.publisher === signer) return;
  const other = proof === null ? 'this package is not signed' : `this package by ${proof.mark.publisher}`;
  throw new Problem('plugin_id_taken', `It was signed by ${signer}, and ${other}.`);
}

/** The same package again, now with a signature: what it proves is true of what is installed. */
export async function keepProof(parts: Parts, row: InstallationRow, proof: Proof | null): Promise<InstallationRow> {
  if (proof === null) return row;
  return withOrganisation(parts.db, row.organisation_id, async (tx) => {
    await saveSignature(tx, { id: row.id, digest: row.digest, ...proof });
    return (await findById(tx, row.id)) ?? row;
  });
}

/** The mark of an installation. */
export function markOf({
  source,
  publisher,
  signature,
}: Pick<InstallationRow, 'source' | 'publisher' | 'signature'>): SignatureMark {
  if (signature !== null) return signature;
  const bundled = source === 'bundled';
  return {
    state: bundled ? 'bundled' : 'unsigned',
    publisher: bundled ? publisher : null,
    keyIds: [],
    signedAt: null,
    countersigned: null,
  };
}
