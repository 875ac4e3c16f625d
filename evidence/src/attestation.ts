import { hashes, verify } from '@noble/ed25519';
import { sha512 } from '@noble/hashes/sha2.js';
import { canonicalJson } from '@proofpix/contract/canonical-json';
import { ed25519KeyBytes, strictBase64 } from '@proofpix/contract/ed25519-key';
import { sha256Hex } from './checksum.ts';

// The library takes its hash from outside; with it, checking works without WebCrypto and without waiting.
hashes.sha512 = sha512;

export type Attestation = { statement: string; signature: string; publicKey: string };
export type Statement = { organisationId: string; manifestSha256: string; time: string };

const domain = 'proofpix-evidence-bundle-v1';
const statementPattern =
  /^proofpix-evidence-bundle-v1\norganisation: ([0-9a-f-]{36})\nmanifest-sha256: ([0-9a-f]{64})\ntime: (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\n$/;

/** Begins with a name of its own: no signature over anything else, by a plugin's wish for example, can stand in for it. */
export function statementText({ organisationId, manifestSha256, time }: Statement): string {
  return [domain, `organisation: ${organisationId}`, `manifest-sha256: ${manifestSha256}`, `time: ${time}`, ''].join(
    '\n',
  );
}

export function attestationText({ statement, signature, publicKey }: Attestation): string {
  return canonicalJson({ statement, signature, publicKey });
}

export type ReadAttestation = Statement & { fingerprint: string; signatureFits: () => boolean };

/** The statement of an attestation, its signature not yet checked; null where the text is none. One form only is accepted. */
export function readAttestation(text: string): ReadAttestation | null {
  try {
    const value = JSON.parse(text) as Partial<Attestation> | null; // each field is checked below
    const { statement, signature, publicKey } = value ?? {};
    if (typeof statement !== 'string' || typeof signature !== 'string' || typeof publicKey !== 'string') return null;
    if (attestationText({ statement, signature, publicKey }) !== text) return null;
    const [key, signed, fingerprint] = [ed25519KeyBytes(publicKey), strictBase64(signature), keyFingerprint(publicKey)];
    if (key === null || fingerprint === null || signed?.length !== 64) return null;
    const match = statementPattern.exec(statement);
    const [, organisationId = '', manifestSha256 = '', time = ''] = match ?? [];
    if (match === null) return null;
    return {
      organisationId,
      manifestSha256,
      time,
      fingerprint,
      // Strict: of the several encodings of a signature that a lax reader takes, one.
      signatureFits: () => verify(signed, new TextEncoder().encode(statement), key, { zip215: false }),
    };
  } catch {
    return null;
  }
}

/** The name that people compare: SHA-256 of the public key as it stands in the attestation (SubjectPublicKeyInfo, DER). */
export function keyFingerprint(publicKey: string): string | null {
  const key = strictBase64(publicKey);
  return key === null ? null : sha256Hex(key);
}

/** In groups of four, to be read aloud. */
export function spacedFingerprint(fingerprint: string): string {
  return fingerprint.match(/.{1,4}/g)?.join(' ') ?? fingerprint;
}
