import type { ReleaseParts } from '@proofpix/contract/api/trials';
import { Problem } from '@proofpix/contract/errors';
import { toCycloneDx } from '@proofpix/scanner/dependencies/cyclonedx';
import { readSignatureFile, type SignatureFile } from '@proofpix/signatures/signature-file';
import { SignatureFault } from '@proofpix/signatures/fault';
import { findRelease, type Named } from './find-release.ts';
import type { TrialParts } from './parts.ts';

/** What a release is made of, and who stands behind it. @throws Problem release_not_found */
export async function readParts(parts: Pick<TrialParts, 'db'>, named: Named): Promise<ReleaseParts> {
  const row = await findRelease(parts, named);
  const list = row.components;
  const signatures = signaturesOf(row.signature_file);
  return {
    digest: row.digest,
    archiveDigest: row.archive_digest,
    components: list && list.components.map(({ name, version, license }) => ({ name, version, license })),
    gaps: (list?.gaps ?? []).map(({ file, message }) => `${file}: ${message}`),
    signers: (['publisher', 'marketplace'] as const).flatMap((role) =>
      (signatures?.[role]?.signatures ?? []).map(({ keyid }) => ({ keyId: keyid, role })),
    ),
    signatureFile: row.signature_file,
  };
}

/** The same bytes for the same release. @throws Problem release_not_found, file_not_found */
export async function readReleaseSbom(parts: Pick<TrialParts, 'db'>, named: Named) {
  const { components, manifest, digest } = await findRelease(parts, named);
  if (components === null) throw new Problem('file_not_found', 'The dependencies of this release were not read.');
  const text = `${JSON.stringify(toCycloneDx(components, { manifest, digest }), null, 2)}\n`;
  return { text, fileName: `${manifest.id}-${manifest.version}.cdx.json` };
}

function signaturesOf(text: string): SignatureFile | null {
  try {
    return readSignatureFile(Buffer.from(text));
  } catch (error) {
    if (error instanceof SignatureFault) return null;
    throw error;
  }
}
