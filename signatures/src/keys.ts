import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { ed25519KeyBytes } from '@proofpix/contract/ed25519-key';

export type PublicKey = {
  /** SHA-256 of the SubjectPublicKeyInfo, lower-case hex. */
  id: string;
  /** SubjectPublicKeyInfo (DER), base64. */
  spki: string;
  key: KeyObject;
};
export type SigningKey = PublicKey & { privateKey: KeyObject };

/** Why a text is not a key; a sentence without its subject. */
export class KeyFault extends Error {}

/** A new key, and the text of its file. */
export function makeSigningKey(): { key: SigningKey; pem: string } {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { key: readSigningKey(pem), pem };
}

/** One's own key from the text of its file. @throws KeyFault */
export function readSigningKey(pem: string): SigningKey {
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey({ key: pem, format: 'pem' });
  } catch {
    throw new KeyFault('holds no private key (PKCS 8, PEM, without a passphrase)');
  }
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new KeyFault('holds a key that is not Ed25519');
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64');
  return { ...publicKeyOf(spki), privateKey };
}

/** A public key from PEM or from the base64 between its lines. @throws KeyFault */
export function readPublicKey(text: string): PublicKey {
  const [, inside] = /^-----BEGIN PUBLIC KEY-----\n([A-Za-z0-9+/=\n]+)-----END PUBLIC KEY-----\n?$/.exec(text) ?? [];
  return publicKeyOf((inside ?? text).replaceAll('\n', ''));
}

/** @throws KeyFault */
export function publicKeyOf(spki: string): PublicKey {
  const bytes = ed25519KeyBytes(spki);
  if (bytes === null) throw new KeyFault('is not a public Ed25519 key (SubjectPublicKeyInfo)');
  // Numbers, not a stranger's encoding: see decision 15.
  const key = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(bytes).toString('base64url') },
    format: 'jwk',
  });
  return { id: createHash('sha256').update(Buffer.from(spki, 'base64')).digest('hex'), spki, key };
}

export function publicPem({ spki }: Pick<PublicKey, 'spki'>): string {
  return `-----BEGIN PUBLIC KEY-----\n${spki}\n-----END PUBLIC KEY-----\n`;
}
