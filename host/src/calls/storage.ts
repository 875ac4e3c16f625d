import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import { cleanText } from '../clean-text.ts';
import type { HostCall } from './host-call.ts';

const listedKeys = 1_000;

export const getValue: HostCall<'storage.get'> = async ({ key }, { installation, capabilities }) => ({
  value: await capabilities.storage.get(installation, checkKey(key)),
});

export const setValue: HostCall<'storage.set'> = async ({ key, value, ...options }, { installation, capabilities }) => {
  if (Buffer.byteLength(JSON.stringify(value)) > limits.storageValueBytes) {
    throw new Problem('host_call_invalid', `A stored value must be at most ${limits.storageValueBytes / 1024} kB.`);
  }
  return { value: { version: await capabilities.storage.set(installation, checkKey(key), value, options) } };
};

export const deleteValue: HostCall<'storage.delete'> = async ({ key }, { installation, capabilities }) => ({
  value: { deleted: await capabilities.storage.delete(installation, checkKey(key)) },
});

export const listKeys: HostCall<'storage.list'> = async (
  { prefix = '', after = '' },
  { installation, capabilities },
) => {
  // One more than is shown tells whether there are more.
  const page = { prefix: checkKey(prefix), after: checkKey(after), limit: listedKeys + 1 };
  const keys = await capabilities.storage.list(installation, page);
  return { value: { keys: keys.slice(0, listedKeys), more: keys.length > listedKeys } };
};

/** Databases refuse NUL and half characters in text; replacing them would make two keys one. */
function checkKey(key: string): string {
  if (cleanText(key) !== key)
    throw new Problem('host_call_invalid', 'A storage key must not have NUL or broken characters.');
  return key;
}
