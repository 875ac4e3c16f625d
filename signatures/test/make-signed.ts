import type { TrustedKey } from '@proofpix/contract/trust';
import { makeSigningKey, type SigningKey } from '../src/keys.ts';
import { readSignatureFile, writeSignatureFile, type SignatureFile } from '../src/signature-file.ts';
import { signAsMarketplace, signAsPublisher, type Subject } from '../src/statement.ts';
import { verifySignatures, type SignedPackage } from '../src/verify-signatures.ts';

export const subject: Subject = { publisher: 'acme', id: 'exif-reader', version: '1.2.0', digest: 'ab'.repeat(32) };
export const day = (number: number) => new Date(Date.UTC(2026, 10, number));

export const acme = makeSigningKey().key;
export const marketplace = makeSigningKey().key;
export const stranger = makeSigningKey().key;

export function trusted(key: SigningKey, more: Partial<TrustedKey> = {}): TrustedKey {
  return {
    keyId: key.id,
    publicKey: key.spki,
    role: 'publisher',
    publisher: 'acme',
    from: day(1).toISOString(),
    until: null,
    revoked: null,
    ...more,
  };
}

export const ofMarketplace = (more: Partial<TrustedKey> = {}) =>
  trusted(marketplace, { role: 'marketplace', publisher: null, ...more });

/** Signed by the publisher on the 10th, countersigned on the 12th. */
export function signedFile(
  options: { about?: Subject; key?: SigningKey; countersigned?: boolean; alone?: boolean } = {},
): SignatureFile {
  const { about = subject, key = acme, countersigned = false, alone = false } = options;
  const publisher = alone ? null : signAsPublisher(about, [key], day(10));
  const decision = { verdict: 'accepted', ruleSet: '7', publisherEnvelope: publisher, decided: day(12) } as const;
  const witness = countersigned || alone ? signAsMarketplace(about, decision, [marketplace]) : null;
  return readSignatureFile(Buffer.from(writeSignatureFile({ publisher, marketplace: witness })));
}

/** What comes of it on the 20th: the state, or the code of the fault. */
export function judge(
  file: SignatureFile | (() => SignatureFile),
  options: { keys?: readonly TrustedKey[]; about?: SignedPackage; now?: Date } = {},
): string {
  const { keys = [trusted(acme), ofMarketplace()], about = subject, now = day(20) } = options;
  try {
    return verifySignatures({ file: typeof file === 'function' ? file() : file, package: about, keys, now }).state;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return String(error.code);
    throw error;
  }
}
