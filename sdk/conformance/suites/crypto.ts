import assert from 'node:assert/strict';
import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { photo, type Suite } from '../suite.ts';

const digestOf = (algorithm: string) => createHash(algorithm).update(photo.bytes).digest('hex');

export const crypto: Suite = {
  name: 'ctx.crypto',
  plugin: { source: 'crypto' },
  cases: {
    'computes the hashes that everybody computes': async (t) => {
      assert.deepEqual(await t.value('hashes'), [
        '900150983cd24fb0d6963f7d28e17f72',
        'a9993e364706816aba3e25717850c26c9cd0d89d',
        'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
        128,
      ]);
      assert.equal(await t.value('hmac'), 'f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8');
    },
    'gives random that is not the same twice': async (t) => {
      const [length, same, uuid] = (await t.value('random')) as [number, boolean, string];
      assert.deepEqual([length, same], [16, false]);
      assert.match(uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    },
    'seals what only the same key, place and bytes open': async (t) => {
      assert.deepEqual(await t.value('sealed'), ['a secret', 'refused', 'refused']);
    },
    'computes the digest of the photo in the host': async (t) => {
      assert.equal(await t.processed('digest', 'sha256'), digestOf('sha256'));
      assert.equal(await t.processed('digest', 'sha512'), digestOf('sha512'));
      assert.equal(await t.value('digestCode'), 'no_file');
    },
    'attests a digest with a signature that anybody can check': async (t) => {
      const digest = digestOf('sha256');
      const attested = (await t.value('attest', digest)) as { statement: string; signature: string; publicKey: string };
      assert.match(
        attested.statement,
        new RegExp(`^proofpix-attestation-v1\norganisation: .+\nsha256: ${digest}\ntime: .+Z\n$`),
      );
      const key = createPublicKey({ key: Buffer.from(attested.publicKey, 'base64'), format: 'der', type: 'spki' });
      assert.ok(verify(null, Buffer.from(attested.statement), key, Buffer.from(attested.signature, 'base64')));
    },
    'attests nothing but digests': async (t) => {
      assert.equal(await t.value('attestCode', 'organisation: another'), 'host_call_invalid');
    },
    'checks Ed25519 signatures': async (t) => {
      const { privateKey, publicKey } = generateKeyPairSync('ed25519');
      const statement = 'signed elsewhere';
      const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
      const signature = sign(null, Buffer.from(statement), privateKey);
      assert.deepEqual(await t.value('verify', { publicKey: [...raw], signature: [...signature], statement }), [
        true,
        false,
      ]);
    },
  },
};
