import type { Json } from '@proofpix/contract/json';
import type { HostCallName } from '@proofpix/contract/host-calls';
import type { CallBody } from '@proofpix/contract/wire';
import { limits } from '@proofpix/contract/limits';
import { compute } from './bridge.ts';
import { bytesOf } from './bytes.ts';
import { codedError } from './errors.ts';
import { callHost, jsonOf, type Caller } from './host-calls.ts';
import { createLog, type LogTarget } from './log.ts';
import { freeze, isArray, keys, sealed, StringOf } from './intrinsics.ts';

export type OpenCall = Caller & LogTarget;

let plugin: { id: string; version: string } = { id: '', version: '' };

export function setPlugin(id: string, version: string): void {
  plugin = freeze({ id, version });
}

/** `ctx` of one call: what sdk/src/context.ts describes. Every function names the call it belongs to. */
export function createContext(call: OpenCall, context: CallBody['context']): object {
  return freeze({
    plugin,
    config: deepFreeze(context.config),
    log: freeze(createLog(call)),
    files: createFiles(call, context.file === null ? null : context.file.size),
    storage: createStorage(call),
    crypto: createCrypto(call, context.permissions),
    emit: sealed(async (hook: unknown, payload: unknown): Promise<Json> => {
      const body = jsonOf(payload, 'host_call_invalid', 'The payload');
      return (await callHost(call, 'emit', `{"hook":${text(hook, 'The hook')},"payload":${body}}`)).value;
    }),
  });
}

function createFiles(call: OpenCall, size: number | null): object {
  return freeze({
    size,
    read: sealed(async (offset: unknown, length: unknown): Promise<Uint8Array> => {
      const args = `{"offset":${number(offset, 'offset')},"length":${number(length, 'length')}}`;
      return (await callHost(call, 'files.read', args)).bytes;
    }),
    write: sealed(async (name: unknown, data: unknown): Promise<void> => {
      const bytes = bytesOf(data, 'The content of a file');
      if (bytes.length > limits.derivedFileBytes) {
        throw codedError('host_call_invalid', `A derived file can have ${limits.derivedFileBytes} bytes.`);
      }
      await callHost(call, 'files.write', `{"name":${text(name, 'The name')}}`, bytes);
    }),
  });
}

function createStorage(call: OpenCall): object {
  const answer = async (name: HostCallName, args: string, field: string): Promise<Json> => {
    const { value } = await callHost(call, name, args);
    return (value as { [field: string]: Json })[field] ?? null; // the contract's result of these calls is an object
  };
  return freeze({
    get: sealed(async (key: unknown) => answer('storage.get', `{"key":${text(key, 'The key')}}`, 'value')),
    set: sealed(async (key: unknown, value: unknown, options?: { ttlSeconds?: unknown }): Promise<void> => {
      const json = jsonOf(value, 'host_call_invalid', 'The value');
      const ttl = options?.ttlSeconds;
      const rest = ttl === undefined ? '' : `,"ttlSeconds":${number(ttl, 'ttlSeconds')}`;
      await callHost(call, 'storage.set', `{"key":${text(key, 'The key')},"value":${json}${rest}}`);
    }),
    delete: sealed(async (key: unknown) => answer('storage.delete', `{"key":${text(key, 'The key')}}`, 'deleted')),
    list: sealed(async (prefix?: unknown) => {
      const args = prefix === undefined ? '{}' : `{"prefix":${text(prefix, 'The prefix')}}`;
      return answer('storage.list', args, 'keys');
    }),
  });
}

function createCrypto(call: OpenCall, permissions: readonly string[]): object {
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
    digest: sealed(async (algorithm: unknown = 'sha256') => {
      const { value } = await callHost(call, 'crypto.digest', `{"algorithm":${text(algorithm, 'The algorithm')}}`);
      return (value as { hex: string }).hex; // the contract's result of this call
    }),
    attest: sealed(async (digest: unknown) => {
      return (await callHost(call, 'crypto.attest', `{"digest":${text(digest, 'The digest')}}`)).value;
    }),
  });
}

function deepFreeze(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (isArray(value)) {
    for (let index = 0; index < value.length; index += 1) deepFreeze(value[index] as Json); // within its length
  } else {
    const names = keys(value);
    const object = value as { readonly [key: string]: Json }; // not an array
    for (let index = 0; index < names.length; index += 1) deepFreeze(object[names[index] as string] as Json); // own keys
  }
  return freeze(value);
}

function text(value: unknown, what: string): string {
  if (typeof value !== 'string') throw codedError('host_call_invalid', `${what} must be a string.`);
  return jsonOf(value, 'host_call_invalid', what);
}

function number(value: unknown, what: string): number {
  if (typeof value !== 'number' || value !== value || value === Infinity || value === -Infinity) {
    throw codedError('host_call_invalid', `${what} must be a number.`);
  }
  return value;
}
