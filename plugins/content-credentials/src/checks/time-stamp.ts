import type { Context } from '@proofpix/sdk/context';
import { hexOf, sameBytes } from '../byte-source.ts';
import { bytesIn, encodeBytes, mapIn, mapsIn, type CborMap } from '../cbor.ts';
import { readCertificate, type Certificate } from '../certificate.ts';
import { contentOf, DerError, identifierOf, inside, readDer, tags, timeOf, type Der } from '../der.ts';
import type { Status } from '../status.ts';
import { hashFunction } from './hashes.ts';

type Verify = Context['crypto']['verify'];
type Said = Omit<Status, 'manifest'>;

const hashNames: { readonly [identifier: string]: string } = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};
/** Signatures whose identifier names the hash as well. */
const combined: { readonly [identifier: string]: { family: 'RS' | 'ES'; hash: string } } = {
  '1.2.840.113549.1.1.11': { family: 'RS', hash: 'sha256' },
  '1.2.840.113549.1.1.12': { family: 'RS', hash: 'sha384' },
  '1.2.840.113549.1.1.13': { family: 'RS', hash: 'sha512' },
  '1.2.840.10045.4.3.2': { family: 'ES', hash: 'sha256' },
  '1.2.840.10045.4.3.3': { family: 'ES', hash: 'sha384' },
  '1.2.840.10045.4.3.4': { family: 'ES', hash: 'sha512' },
};
const rsaEncryption = '1.2.840.113549.1.1.1';
const signedData = '1.2.840.113549.1.7.2';
const stampInfo = '1.2.840.113549.1.9.16.1.4';
const digestAttribute = '1.2.840.113549.1.9.4';
const explicit0 = 0xa0;
/** Bytes of r and of s, by hash: what an ES signature of that name has. */
const curveBytes = [32, 48, 66];
const mostStamps = 4;

export type StampCheck = { statuses: Said[]; time: string | null };

/** What a stamp of either form is over: the claim as COSE countersigns it, or the signature itself. */
type Stamped = { signature: Uint8Array; claimStructure: Uint8Array; verify: Verify };

/** Checks the RFC 3161 time stamp beside a signature: that it is over this very claim, and signed. */
export async function checkTimeStamp(unprotected: CborMap, stamped: Stamped): Promise<StampCheck> {
  const statuses: Said[] = [];
  let time: string | null = null;
  const forms = [
    { name: 'sigTst2', message: encodeBytes(stamped.signature) },
    { name: 'sigTst', message: stamped.claimStructure },
  ];
  for (const { name, message } of forms) {
    for (const token of stampsIn(unprotected, name).slice(0, mostStamps)) {
      const { status, at } = await checkToken(token, message, stamped.verify);
      statuses.push(status);
      if (status.outcome === 'success') time ??= at;
    }
  }
  return { statuses, time };
}

function stampsIn(headers: CborMap, name: string): Uint8Array[] {
  const container = mapIn(headers, name);
  return container === null ? [] : mapsIn(container, 'tstTokens').flatMap((token) => bytesIn(token, 'val') ?? []);
}

async function checkToken(
  token: Uint8Array,
  message: Uint8Array,
  verify: Verify,
): Promise<{ status: Said; at: string | null }> {
  const answer = (code: string, outcome: Said['outcome'], explanation: string) => ({
    status: { code, outcome, explanation },
    at: null,
  });
  try {
    const { info, signer } = readToken(token);
    const fields = inside(readDer(info)[0], tags.sequence);
    const [algorithm, imprint] = inside(fields[2], tags.sequence);
    const digest = hashFunction(hashNames[identifierOf(inside(algorithm, tags.sequence)[0])] ?? '');
    const at = fields.find(({ tag }) => tag === tags.generalizedTime);
    if (digest === null) return answer('timeStamp.malformed', 'failure', 'Its hash is of another kind.');
    if (!sameBytes(digest(message), contentOf(imprint, tags.octets))) {
      return answer('timeStamp.mismatch', 'failure', 'It was made for something else.');
    }
    const signed = await isSigned(info, signer, verify);
    if (signed === null)
      return answer('timeStamp.notChecked', 'information', 'Its signature is of a kind that is not read.');
    if (!signed) return answer('timeStamp.mismatch', 'failure', 'Its own signature does not fit.');
    return { status: { code: 'timeStamp.validated', outcome: 'success' }, at: timeOf(at) };
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    return answer('timeStamp.malformed', 'failure', error.message);
  }
}

type Signer = { fields: Der[]; certificates: Der[] };

/** The token alone, or an authority's whole answer, which has a status before it. */
function readToken(bytes: Uint8Array): { info: Uint8Array; signer: Signer } {
  const outer = inside(readDer(bytes)[0], tags.sequence);
  const token = outer[0]?.tag === tags.sequence ? inside(outer[1], tags.sequence) : outer;
  if (identifierOf(token[0]) !== signedData) throw new DerError('It is no signed time stamp.');
  const content = inside(inside(token[1], explicit0)[0], tags.sequence);
  const [kind, wrapped] = inside(content[2], tags.sequence);
  if (identifierOf(kind) !== stampInfo) throw new DerError('It is no time stamp.');
  const info = contentOf(inside(wrapped, explicit0)[0], tags.octets);
  const certificates = content.slice(3).filter(({ tag }) => tag === explicit0);
  const signers = content.slice(3).find(({ tag }) => tag === tags.set);
  return {
    info,
    signer: {
      fields: inside(inside(signers, tags.set)[0], tags.sequence),
      certificates: certificates.flatMap(({ content: list }) => readDer(list)),
    },
  };
}

/** `null` where the signature is of a kind that is not known here. */
async function isSigned(info: Uint8Array, { fields, certificates }: Signer, verify: Verify): Promise<boolean | null> {
  const attributes = fields.find(({ tag }) => tag === explicit0);
  const rest = fields.filter(({ tag }) => tag < 0x80);
  const [, sid, digestKind, signatureKind, value] = rest;
  const digest = hashNames[identifierOf(inside(digestKind, tags.sequence)[0])];
  const kind = identifierOf(inside(signatureKind, tags.sequence)[0]);
  const scheme =
    kind === rsaEncryption && digest !== undefined ? { family: 'RS' as const, hash: digest } : combined[kind];
  const hash = hashFunction(digest ?? '');
  if (scheme === undefined || hash === null || attributes === undefined) return null;
  const said = readDer(attributes.content).map((attribute) => inside(attribute, tags.sequence));
  const noted = said.find(([name]) => identifierOf(name) === digestAttribute)?.[1];
  if (!sameBytes(contentOf(inside(noted, tags.set)[0], tags.octets), hash(info))) return false;
  // Signed as a set, although the field has a tag of its own.
  const data = attributes.whole.slice();
  data[0] = tags.set;
  const certificate = signerOf(sid, certificates);
  if (certificate === null) return null;
  const signature = contentOf(value, tags.octets);
  const bits = scheme.hash.slice(3);
  const tries = scheme.family === 'RS' ? [signature] : curveBytes.map((size) => sideBySide(signature, size));
  for (const form of tries) {
    try {
      const algorithm = `${scheme.family}${bits}` as Parameters<Verify>[0]['algorithm']; // both parts come out of the tables above
      if (form !== null && (await verify({ algorithm, publicKey: certificate.publicKey, signature: form, data })))
        return true;
    } catch {
      return null; // a key of another kind
    }
  }
  return false;
}

function signerOf(sid: Der | undefined, certificates: readonly Der[]): Certificate | null {
  const [issuer, serial] = inside(sid, tags.sequence);
  const wanted = hexOf(contentOf(serial, tags.integer));
  for (const { whole } of certificates) {
    const certificate = readCertificate(whole);
    if (certificate.serial === wanted && issuer !== undefined && sameBytes(certificate.issuerBytes, issuer.whole)) {
      return certificate;
    }
  }
  return null;
}

/** ECDSA in DER is two numbers; ours are of fixed size. `null` where one is larger. */
function sideBySide(signature: Uint8Array, size: number): Uint8Array | null {
  const whole = new Uint8Array(size * 2);
  for (const [index, number] of inside(readDer(signature)[0], tags.sequence).slice(0, 2).entries()) {
    const content = contentOf(number, tags.integer);
    const digits = content[0] === 0 ? content.subarray(1) : content;
    if (digits.length > size) return null;
    whole.set(digits, (index + 1) * size - digits.length);
  }
  return whole;
}
