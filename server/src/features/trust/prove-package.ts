import { Problem } from '@proofpix/contract/errors';
import type { SignatureMark } from '@proofpix/contract/trust';
import { SignatureFault } from '@proofpix/signatures/fault';
import { killSentence } from '@proofpix/signatures/kill-list';
import { readSignatureFile } from '@proofpix/signatures/signature-file';
import { verifySignatures, type SignedPackage } from '@proofpix/signatures/verify-signatures';
import type { SourcedSuspect, Trust } from './open-trust.ts';

/** A signature that was given, and what it proves. */
export type Proof = { mark: SignatureMark; file: string };

/** @throws Problem signature_invalid, with what is wrong */
export function proveSignature(
  trust: Pick<Trust, 'keys'>,
  file: string,
  subject: SignedPackage,
  source?: string,
): Proof {
  try {
    const mark = verifySignatures({
      file: readSignatureFile(Buffer.from(file)),
      package: subject,
      keys: trust.keys(source),
      now: new Date(),
    });
    return { mark, file };
  } catch (error) {
    if (error instanceof SignatureFault) throw new Problem('signature_invalid', error.message);
    throw error;
  }
}

/** The kill list's view of a package, with everybody who stands behind it. */
export function suspectOf(
  subject: SignedPackage,
  { source, publisher }: { source: string; publisher: string },
  mark: SignatureMark | null,
): SourcedSuspect {
  const keyIds = [...(mark?.keyIds ?? []), ...(mark?.countersigned?.keyIds ?? [])];
  const publishers = [publisher, ...(mark?.publisher ? [mark.publisher] : [])];
  return { source, id: subject.id, version: subject.version, digest: subject.digest, publishers, keyIds };
}

/** @throws Problem package_killed, with the reason */
export function refuseKilled(
  trust: Pick<Trust, 'killedBy'>,
  subject: SignedPackage,
  { source, publisher, mark }: { source: string; publisher: string; mark: SignatureMark | null },
): void {
  const entry = trust.killedBy(suspectOf(subject, { source, publisher }, mark));
  if (entry !== null) throw new Problem('package_killed', killSentence(entry));
}
