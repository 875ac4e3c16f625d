import { killValuePatterns } from '@proofpix/contract/trust';
import type { SigningKey } from '@proofpix/signatures/keys';
import { signatureFileName, writeSignatureFile } from '@proofpix/signatures/signature-file';
import { signAsPublisher } from '@proofpix/signatures/statement';
import type { Package } from '@proofpix/scanner/package';
import { signingSettings } from '../config.ts';
import { CommandFailure } from '../failure.ts';
import { readOwnKey } from '../keys/read-key.ts';

type Signer = { key: SigningKey; publisher: string };
export type SaidSignature = { path: string; keyId: string; publisher: string };

/** @throws CommandFailure */
export async function readSigner(options: { key?: string; publisher?: string }): Promise<Signer> {
  const settings = signingSettings();
  const file = options.key ?? settings.key;
  const publisher = options.publisher ?? settings.publisher;
  if (file === undefined) {
    throw new CommandFailure('There is no key to sign with.', {
      hints: ['Give it by --key, or set PROOFPIX_KEY. "proofpix keys make FILE" makes one.'],
    });
  }
  if (publisher === undefined || !new RegExp(killValuePatterns.publisher).test(publisher)) {
    throw new CommandFailure('It is not said whose key it is.', {
      hints: ['Give the name that the server knows you by with --publisher: a-z, 0-9 and -, 3 to 50 characters.'],
    });
  }
  return { key: await readOwnKey(file), publisher };
}

/** The file beside the package. In the package it would change the identity that it signs. */
export function signFor(
  { manifest: { id, version }, digest }: Package,
  packagePath: string,
  { key, publisher }: Signer,
): { path: string; text: string; said: SaidSignature } {
  const envelope = signAsPublisher({ publisher, id, version, digest }, [key], new Date());
  const path = signatureFileName(packagePath);
  const text = writeSignatureFile({ publisher: envelope, marketplace: null });
  return { path, text, said: { path, keyId: key.id, publisher } };
}
