import type * as nodeCrypto from 'node:crypto';
import type { JsonWebKey } from 'node:crypto';

/** JOSE's names. `ES*` signatures are r and s side by side, as in COSE and JOSE; the salt of `PS*` is as long as the hash. */
const algorithms = {
  ES256: { hash: 'sha256', key: 'P-256' },
  ES384: { hash: 'sha384', key: 'P-384' },
  ES512: { hash: 'sha512', key: 'P-521' },
  PS256: { hash: 'sha256', key: 'RSA' },
  PS384: { hash: 'sha384', key: 'RSA' },
  PS512: { hash: 'sha512', key: 'RSA' },
  RS256: { hash: 'sha256', key: 'RSA' },
  RS384: { hash: 'sha384', key: 'RSA' },
  RS512: { hash: 'sha512', key: 'RSA' },
  EdDSA: { hash: null, key: 'Ed25519' },
} as const;
type Algorithm = keyof typeof algorithms;

/** An ECDSA signature with SHA-256 over P-384 exists, too: the hash is the algorithm's, the curve is the key's. */
const curves = { 'P-256': 32, 'P-384': 48, 'P-521': 66 } as const;
type Curve = keyof typeof curves;

/** Everything of a SubjectPublicKeyInfo before the point; the point is uncompressed. */
const pointHeads: { readonly [head: string]: Curve | 'Ed25519' } = {
  '3059301306072a8648ce3d020106082a8648ce3d030107034200': 'P-256',
  '3076301006072a8648ce3d020106052b81040022036200': 'P-384',
  '30819b301006072a8648ce3d020106052b8104002303818600': 'P-521',
  '302a300506032b6570032100': 'Ed25519',
};
/** The object identifiers of rsaEncryption and RSASSA-PSS, with tag and length. */
const rsaIdentifiers = ['06092a864886f70d010101', '06092a864886f70d01010a'];
const rsaBytes = { minimum: 256, maximum: 1_024 };
const exponentBytes = 4;
const mostKeyBytes = 1_200;

/**
 * Verifies a signature under a key that a stranger chose. OpenSSL never sees the stranger's encoding: keys are taken
 * apart here, in the only forms that are allowed, and handed over as numbers. So there are no curves of one's own (whose
 * parameters have kept OpenSSL busy for ever) and no exponents or moduli that take seconds.
 * @throws Error where the algorithm or the key is not one of these; a signature that does not fit is `false`
 */
export function verifySignature(
  crypto: typeof nodeCrypto,
  name: string,
  publicKey: Uint8Array,
  signature: Uint8Array,
  data: Uint8Array,
): boolean {
  if (!Object.hasOwn(algorithms, name)) {
    throw new Error(`Unknown signature algorithm. There are ${Object.keys(algorithms).join(', ')}.`);
  }
  const algorithm = algorithms[name as Algorithm]; // an own key, as just checked
  const { kind, jwk } = readKey(publicKey);
  const curve = kind === 'RSA' || kind === 'Ed25519' ? null : kind;
  const fits = name.startsWith('ES') ? curve !== null : kind === algorithm.key;
  if (!fits) throw new Error(`The key is ${kind}, which ${name} does not use.`);
  if (signature.length > rsaBytes.maximum) return false;
  let key: nodeCrypto.KeyObject;
  try {
    key = crypto.createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    throw new Error('The public key is not a point of its curve.');
  }
  const { constants } = crypto;
  const options =
    curve !== null
      ? { key, dsaEncoding: 'ieee-p1363' as const }
      : name.startsWith('PS')
        ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
        : { key };
  return crypto.verify(algorithm.hash, data, options, signature);
}

function readKey(spki: Uint8Array): { kind: Curve | 'Ed25519' | 'RSA'; jwk: JsonWebKey } {
  if (spki.length > mostKeyBytes) throw new Error(`A public key has at most ${mostKeyBytes} bytes.`);
  const bytes = Buffer.from(spki);
  const hex = bytes.toString('hex');
  for (const [head, kind] of Object.entries(pointHeads)) {
    if (!hex.startsWith(head)) continue;
    const point = bytes.subarray(head.length / 2);
    if (kind === 'Ed25519') {
      if (point.length !== 32) break;
      return { kind, jwk: { kty: 'OKP', crv: kind, x: point.toString('base64url') } };
    }
    const size = curves[kind];
    if (point.length !== 1 + 2 * size || point[0] !== 4) break;
    const [x, y] = [point.subarray(1, 1 + size), point.subarray(1 + size)].map((part) => part.toString('base64url'));
    return { kind, jwk: { kty: 'EC', crv: kind, x, y } };
  }
  return { kind: 'RSA', jwk: readRsaKey(bytes) };
}

/** SEQUENCE { SEQUENCE { identifier, parameters }, BIT STRING { SEQUENCE { modulus, exponent } } } */
function readRsaKey(spki: Buffer): JsonWebKey {
  const [identifier, bits] = elements(only(spki, 0x30));
  const oid = identifier?.content.subarray(0, 11).toString('hex') ?? '';
  if (identifier?.tag !== 0x30 || !rsaIdentifiers.includes(oid) || bits?.tag !== 0x03 || bits.content[0] !== 0) {
    throw unknownKey();
  }
  const [modulus, exponent, ...rest] = elements(only(bits.content.subarray(1), 0x30)).map(integer);
  if (modulus === undefined || exponent === undefined || rest.length > 0) throw unknownKey();
  if (modulus.length < rsaBytes.minimum || modulus.length > rsaBytes.maximum) {
    throw new Error('An RSA key has 2,048 to 8,192 bits here.');
  }
  if (exponent.length > exponentBytes) throw new Error('The exponent of an RSA key has at most 32 bits here.');
  return { kty: 'RSA', n: modulus.toString('base64url'), e: exponent.toString('base64url') };
}

type Element = { tag: number; content: Buffer };

/** The DER elements that follow each other; a key has no more than a few. */
function elements(bytes: Buffer): Element[] {
  const found: Element[] = [];
  for (let at = 0; at < bytes.length && found.length < 4;) {
    const short = bytes[at + 1] ?? 0;
    const more = short < 0x80 ? 0 : short - 0x80;
    if (at + 2 + more > bytes.length || more > 2 || short === 0x80) throw unknownKey();
    const size = more === 0 ? short : bytes.readUIntBE(at + 2, more);
    const start = at + 2 + more;
    if (start + size > bytes.length) throw unknownKey();
    found.push({ tag: bytes[at] ?? 0, content: bytes.subarray(start, start + size) });
    at = start + size;
  }
  return found;
}

function only(bytes: Buffer, tag: number): Buffer {
  const [first, ...rest] = elements(bytes);
  if (first?.tag !== tag || rest.length > 0) throw unknownKey();
  return first.content;
}

/** A positive number without the zero that only keeps it positive. */
function integer({ tag, content }: Element): Buffer {
  const first = content[0];
  if (tag !== 0x02 || first === undefined || first >= 0x80) throw unknownKey();
  return first === 0 ? content.subarray(1) : content;
}

function unknownKey(): Error {
  return new Error('The public key is no SubjectPublicKeyInfo of RSA, P-256, P-384, P-521 or Ed25519.');
}
