import { hashes, verify } from '@noble/ed25519';
import { sha512 } from '@noble/hashes/sha2.js';
import { canonicalJson } from '@proofpix/contract/canonical-json';
import { ed25519KeyBytes, strictBase64 } from '@proofpix/contract/ed25519-key';
import type { Json } from '@proofpix/contract/json';
import { keyFingerprint, type Attestation } from './attestation.ts';
import { sha256Hex } from './checksum.ts';

hashes.sha512 = sha512;

const domain = 'proofpix-exposure-v1';
const formats = ['proofpix-exposure-1', 'proofpix-server-exposure-1'];

/** A report on what a package did, with whoever signs for it. Of one organisation, or of a server about all of them. */
export type SignedExposure = { document: Json; attestation: Attestation };

/** Begins with a name of its own: no signature over anything else can stand in for it. */
export function exposureStatement(document: Json): string {
  return `${domain}\nsha256: ${sha256Hex(new TextEncoder().encode(canonicalJson(document)))}\n`;
}

export function exposureText({ document, attestation }: SignedExposure): string {
  return `${canonicalJson({ attestation, document })}\n`;
}

export type ExposureVerdict =
  | { state: 'unchanged'; fingerprint: string; document: { readonly [name: string]: Json } }
  | { state: 'changed'; reason: string };

/** Null where the text is no such report. `key`: the fingerprint that is expected. */
export function verifyExposure(text: string, key?: string): ExposureVerdict | null {
  const read = readExposure(text);
  if (read === null) return null;
  const { document, attestation } = read;
  const { statement, signature, publicKey } = attestation;
  const [spki, signed, fingerprint] = [ed25519KeyBytes(publicKey), strictBase64(signature), keyFingerprint(publicKey)];
  if (statement !== exposureStatement(document))
    return { state: 'changed', reason: 'The report is not the one that was signed.' };
  const fits =
    spki !== null &&
    signed?.length === 64 &&
    verify(signed, new TextEncoder().encode(statement), spki, { zip215: false });
  if (!fits || fingerprint === null) return { state: 'changed', reason: 'The signature does not fit.' };
  if (key !== undefined && fingerprint !== key.replaceAll(/\s/g, '').toLowerCase())
    return { state: 'changed', reason: 'It was signed by another key.' };
  return { state: 'unchanged', fingerprint, document };
}

type Read = { document: { readonly [name: string]: Json }; attestation: Attestation };

function readExposure(text: string): Read | null {
  try {
    const value = JSON.parse(text) as Partial<Read> | null; // each field is checked below
    const { document, attestation } = value ?? {};
    if (typeof document !== 'object' || document === null || !formats.includes(`${document['format']}`)) return null;
    const { statement, signature, publicKey } = attestation ?? {};
    if (typeof statement !== 'string' || typeof signature !== 'string' || typeof publicKey !== 'string') return null;
    return { document, attestation: { statement, signature, publicKey } };
  } catch {
    return null;
  }
}
