import type { Context } from '@proofpix/sdk/context';
import { concat } from '../byte-source.ts';
import { encodeBytes, encodeText, readCbor, readCborMap, type CborMap } from '../cbor.ts';
import { readCertificate, type Certificate } from '../certificate.ts';
import { DerError } from '../der.ts';
import type { Status } from '../status.ts';
import type { Manifest } from '../store.ts';
import { checkTimeStamp } from './time-stamp.ts';

export type Verify = Context['crypto']['verify'];
type Algorithm = Parameters<Verify>[0]['algorithm'];

/** COSE's numbers. */
const algorithms = new Map<unknown, Algorithm>([
  [-7, 'ES256'],
  [-35, 'ES384'],
  [-36, 'ES512'],
  [-37, 'PS256'],
  [-38, 'PS384'],
  [-39, 'PS512'],
  [-8, 'EdDSA'],
]);
const algorithmHeader = 1;
const chainHeader = 33;
/** Array of four; then an empty byte string for external data. */
const arrayOfFour = Uint8Array.of(0x84);
const nothing = Uint8Array.of(0x40);

export type SignatureCheck = {
  statuses: Status[];
  certificate: Certificate | null;
  chainLength: number;
  algorithm: string | null;
  /** Of a time stamp that fits, ISO 8601. */
  signedAt: string | null;
};

type Parts = { protectedBytes: Uint8Array; headers: CborMap; unprotected: CborMap; signature: Uint8Array };

/** Verifies the signature over a claim under the certificate that travels with it, and the time stamp beside it. */
export async function checkClaimSignature(manifest: Manifest, verify: Verify): Promise<SignatureCheck> {
  const result: SignatureCheck = { statuses: [], certificate: null, chainLength: 0, algorithm: null, signedAt: null };
  const say = (code: string, outcome: Status['outcome'], explanation?: string): SignatureCheck => {
    const status = { code, outcome, manifest: manifest.label };
    result.statuses.push(explanation === undefined ? status : { ...status, explanation });
    return result;
  };
  const { claim } = manifest;
  if (claim === null) return say('claim.missing', 'failure');
  if (manifest.signature === null) return say('claimSignature.missing', 'failure');
  const parts = readParts(manifest.signature);
  if (parts === null) return say('claimSignature.mismatch', 'failure', 'It is no COSE signature.');

  const { protectedBytes, headers, unprotected, signature } = parts;
  const chain = chainOf(headers) ?? chainOf(unprotected) ?? [];
  result.chainLength = chain.length;
  const stamp = await checkTimeStamp(unprotected, {
    signature,
    claimStructure: structure('CounterSignature', protectedBytes, claim.bytes),
    verify,
  });
  for (const { code, outcome, explanation } of stamp.statuses) say(code, outcome, explanation);
  result.signedAt = stamp.time;

  try {
    if (chain[0] !== undefined) result.certificate = readCertificate(chain[0]);
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
  }
  if (result.certificate === null)
    return say('signingCredential.invalid', 'failure', 'It has no readable certificate.');
  const algorithm = algorithms.get(headers.get(algorithmHeader));
  if (algorithm === undefined) return say('algorithm.unsupported', 'failure', 'The signature is of another kind.');
  result.algorithm = algorithm;
  const { publicKey, notBefore, notAfter } = result.certificate;
  const data = structure('Signature1', protectedBytes, claim.bytes);
  let fits: boolean;
  try {
    fits = await verify({ algorithm, publicKey, signature, data });
  } catch (error) {
    return say('signingCredential.invalid', 'failure', error instanceof Error ? error.message : String(error));
  }
  say(fits ? 'claimSignature.validated' : 'claimSignature.mismatch', fits ? 'success' : 'failure');
  if (fits && stamp.time !== null && notBefore !== null && notAfter !== null) {
    const within = stamp.time >= notBefore && stamp.time <= notAfter;
    say(within ? 'claimSignature.insideValidity' : 'claimSignature.outsideValidity', within ? 'success' : 'failure');
  }
  return result;
}

function readParts(bytes: Uint8Array): Parts | null {
  const list = tolerant(() => readCbor(bytes));
  if (!Array.isArray(list) || list.length !== 4) return null;
  const [protectedBytes, unprotected, , signature] = list as unknown[];
  if (!(protectedBytes instanceof Uint8Array) || !(signature instanceof Uint8Array)) return null;
  const headers = tolerant(() => readCborMap(protectedBytes));
  if (headers === null || !(unprotected instanceof Map)) return null;
  return { protectedBytes, headers, unprotected, signature };
}

function tolerant<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch {
    return null; // a stranger's bytes: whatever is wrong with them, they are no signature
  }
}

function chainOf(headers: CborMap): Uint8Array[] | null {
  const value = headers.get(chainHeader) ?? headers.get('x5chain');
  if (value instanceof Uint8Array) return [value];
  return Array.isArray(value) ? value.filter((item) => item instanceof Uint8Array) : null;
}

/** What COSE signs. */
function structure(context: string, protectedBytes: Uint8Array, payload: Uint8Array): Uint8Array {
  return concat([arrayOfFour, encodeText(context), encodeBytes(protectedBytes), nothing, encodeBytes(payload)]);
}
