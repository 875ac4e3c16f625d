import type { Json } from '@proofpix/contract/json';
import type { HostCallName } from '@proofpix/contract/host-calls';
import { callHost, type Caller } from '../host-calls.ts';
import { freeze, sealed } from '../intrinsics.ts';
import { json, number, optional, text } from './arguments.ts';

export function createStorage(call: Caller): object {
  const answer = async (name: HostCallName, args: string): Promise<{ [field: string]: Json }> => {
    const { value } = await callHost(call, name, args);
    return value as { [field: string]: Json }; // the contract's result of these calls is an object
  };
  const read = async (key: unknown) => answer('storage.get', `{"key":${text(key, 'The key')}}`);
  return freeze({
    get: sealed(async (key: unknown) => (await read(key))['value']),
    read: sealed(read),
    set: sealed(async (key: unknown, value: unknown, options?: { ttlSeconds?: unknown; ifVersion?: unknown }) => {
      const rest =
        optional('ttlSeconds', options?.ttlSeconds, number) + optional('ifVersion', options?.ifVersion, number);
      const args = `{"key":${text(key, 'The key')},"value":${json(value, 'The value')}${rest}}`;
      return (await answer('storage.set', args))['version'];
    }),
    delete: sealed(
      async (key: unknown) => (await answer('storage.delete', `{"key":${text(key, 'The key')}}`))['deleted'],
    ),
    list: sealed(async (prefix: unknown = '', options?: { after?: unknown }) => {
      const args = `{"prefix":${text(prefix, 'The prefix')}${optional('after', options?.after, text)}}`;
      return (await answer('storage.list', args))['keys'];
    }),
  });
}
