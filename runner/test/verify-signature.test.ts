import { constants, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { hookFile, Runner } from './start-runner.ts';
import type { Json } from '@proofpix/contract/json';

let runner: Runner;
afterEach(() => runner[Symbol.asyncDispose]());

type Signed = { algorithm: string; publicKey: Uint8Array; signature: Uint8Array; data: string };

async function load(): Promise<void> {
  runner = new Runner();
  const body = `
    const outcomes = [];
    for (const { algorithm, publicKey, signature, data } of input) {
      const bytes = (list) => new Uint8Array(list);
      outcomes.push(await ctx.crypto.verify({ algorithm, publicKey: bytes(publicKey), signature: bytes(signature), data }).catch((error) => error.message));
    }
    return outcomes;`;
  expect(await runner.load(hookFile(body))).toMatchObject({ ok: true });
}

async function verify(...signed: Signed[]): Promise<unknown> {
  const input: Json = signed.map((one) => ({
    ...one,
    publicKey: [...one.publicKey],
    signature: [...one.signature],
  }));
  const result = await runner.call(input, { context: { permissions: ['crypto'] } });
  return result.ok ? result.value : result.error;
}

const spki = (key: KeyObject): Uint8Array => key.export({ type: 'spki', format: 'der' });
const curveOf = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' } as const;
const hashOf = (algorithm: string) => `sha${algorithm.slice(2)}`;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });

function signed(algorithm: string, data: string): Signed {
  if (algorithm === 'EdDSA') {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    return { algorithm, publicKey: spki(publicKey), signature: sign(null, Buffer.from(data), privateKey), data };
  }
  if (algorithm === 'ES256' || algorithm === 'ES384' || algorithm === 'ES512') {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: curveOf[algorithm] });
    const key = { key: privateKey, dsaEncoding: 'ieee-p1363' as const };
    const signature = sign(hashOf(algorithm), Buffer.from(data), key);
    return { algorithm, publicKey: spki(publicKey), signature, data };
  }
  const padding = algorithm.startsWith('PS') ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING;
  const key = { key: rsa.privateKey, padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
  return {
    algorithm,
    publicKey: spki(rsa.publicKey),
    signature: sign(hashOf(algorithm), Buffer.from(data), key),
    data,
  };
}

describe('ctx.crypto.verify', () => {
  it.each(['ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512', 'RS256', 'RS384', 'RS512', 'EdDSA'])(
    'takes a signature of %s, and not one over other data, nor a changed or cut one',
    async (algorithm) => {
      await load();
      const good = signed(algorithm, 'what was signed');
      const changed = Uint8Array.from(good.signature);
      changed[5] = (changed[5] ?? 0) ^ 1;
      expect(
        await verify(
          good,
          { ...good, data: 'something else' },
          { ...good, signature: changed },
          { ...good, signature: good.signature.subarray(0, 20) },
          { ...good, signature: new Uint8Array(0) },
          { ...good, signature: new Uint8Array(100_000) },
        ),
      ).toEqual([true, false, false, false, false, false]);
    },
  );

  it('refuses keys of other kinds, sizes and encodings, before OpenSSL sees them', async () => {
    await load();
    const good = signed('ES256', 'text');
    const other = signed('RS256', 'text');
    const offCurve = Uint8Array.from(good.publicKey);
    offCurve[40] = (offCurve[40] ?? 0) ^ 1;
    const none = 'The public key is no SubjectPublicKeyInfo of RSA, P-256, P-384, P-521 or Ed25519.';
    const secret = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
    const explicit = generateKeyPairSync('ec', { namedCurve: 'P-256', paramEncoding: 'explicit' });
    const lying = Uint8Array.from(other.publicKey);
    lying.set([0x30, 0x82, 0xff, 0xff], 0);
    const small = generateKeyPairSync('rsa', { modulusLength: 1_024 });
    expect(
      await verify(
        { ...good, publicKey: offCurve },
        { ...good, publicKey: spki(secret.publicKey) },
        { ...good, publicKey: spki(explicit.publicKey) },
        { ...good, publicKey: other.publicKey },
        { ...other, publicKey: good.publicKey },
        { ...other, publicKey: lying },
        { ...other, publicKey: new Uint8Array(0) },
        { ...other, publicKey: new Uint8Array(2_000) },
        { ...other, publicKey: spki(small.publicKey) },
        { ...other, publicKey: spki(keyWith(Buffer.alloc(5, 0x81))) },
        { ...good, algorithm: 'none' },
        { ...good, algorithm: 'constructor' },
      ),
    ).toEqual([
      'The public key is not a point of its curve.',
      none,
      none,
      'The key is RSA, which ES256 does not use.',
      'The key is P-256, which RS256 does not use.',
      none,
      none,
      'A public key has at most 1200 bytes.',
      'An RSA key has 2,048 to 8,192 bits here.',
      'The exponent of an RSA key has at most 32 bits here.',
      expect.stringContaining('Unknown signature algorithm.'),
      expect.stringContaining('Unknown signature algorithm.'),
    ]);
  });

  it('is refused without the permission, and says what it takes', async () => {
    runner = new Runner();
    await runner.load(
      hookFile(`
        const refused = [];
        for (const given of [{}, null]) await ctx.crypto.verify(given).catch((error) => refused.push(error.code ?? error.name));
        return refused;`),
    );
    const withGrant = await runner.call(null, { context: { permissions: ['crypto'] } });
    const without = await runner.call(null, {});
    expect([withGrant, without]).toMatchObject([
      { value: ['TypeError', 'host_call_invalid'] },
      { value: ['permission_denied', 'permission_denied'] },
    ]);
  });
});

/** A 2,048-bit RSA key with an exponent that takes long. */
function keyWith(exponent: Buffer): KeyObject {
  const n = rsa.publicKey.export({ format: 'jwk' }).n ?? '';
  return createPublicKey({ key: { kty: 'RSA', n, e: exponent.toString('base64url') }, format: 'jwk' });
}
