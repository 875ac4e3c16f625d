import { compute } from '../bridge.ts';
import { bytesOf } from '../bytes.ts';
import { codedError } from '../errors.ts';
import { callHost, type Caller } from '../host-calls.ts';
import { freeze, sealed, StringOf } from '../intrinsics.ts';
import { number, text } from './arguments.ts';

export function createCrypto(call: Caller, permissions: readonly string[]): object {
  let granted = false;
  for (let index = 0; index < permissions.length; index += 1) granted ||= permissions[index] === 'crypto';
  // What is computed on this side shows nothing of the host, so the grant as of the call's start is enough.
  const check = (): void => {
    if (!granted) throw codedError('permission_denied', 'ctx.crypto needs the permission "crypto".');
  };
  const bytes = (data: unknown): Uint8Array => bytesOf(data, 'The data');
  return freeze({
    hash: sealed(async (algorithm: unknown, data: unknown) => {
      check();
      return compute('hash', StringOf(algorithm), bytes(data));
    }),
    hmac: sealed(async (algorithm: unknown, key: unknown, data: unknown) => {
      check();
      return compute('hmac', StringOf(algorithm), bytesOf(key, 'The key'), bytes(data));
    }),
    randomBytes: sealed((length: unknown) => {
      check();
      return compute('randomBytes', number(length, 'length'));
    }),
    randomUUID: sealed(() => {
      check();
      return compute('randomUUID');
    }),
    encrypt: sealed(async (key: unknown, plain: unknown, additional: unknown = '') => {
      check();
      return compute('encrypt', bytesOf(key, 'The key'), bytes(plain), bytes(additional));
    }),
    decrypt: sealed(async (key: unknown, sealedBytes: unknown, additional: unknown = '') => {
      check();
      return compute('decrypt', bytesOf(key, 'The key'), bytes(sealedBytes), bytes(additional));
    }),
    verifyEd25519: sealed(async (publicKey: unknown, signature: unknown, data: unknown) => {
      check();
      return compute('verifyEd25519', bytesOf(publicKey, 'The key'), bytesOf(signature, 'The signature'), bytes(data));
    }),
    verify: sealed(async (given: unknown) => {
      check();
      const { algorithm, publicKey, signature, data } = fieldsOf(given);
      const key = bytesOf(publicKey, 'The key');
      return compute('verify', StringOf(algorithm), key, bytesOf(signature, 'The signature'), bytes(data));
    }),
    digest: sealed(async (algorithm: unknown = 'sha256') => {
      const { value } = await callHost(call, 'crypto.digest', `{"algorithm":${text(algorithm, 'The algorithm')}}`);
      return (value as { hex: string }).hex; // the contract's result of this call
    }),
    attest: sealed(async (digest: unknown) => {
      return (await callHost(call, 'crypto.attest', `{"digest":${text(digest, 'The digest')}}`)).value;
    }),
  });
}

type Fields = { algorithm?: unknown; publicKey?: unknown; signature?: unknown; data?: unknown };

function fieldsOf(given: unknown): Fields {
  if (typeof given !== 'object' || given === null) {
    throw codedError('host_call_invalid', 'verify takes { algorithm, publicKey, signature, data }.');
  }
  return given;
}
