import { limits } from '@proofpix/contract/limits';
import { bytesOf } from '../bytes.ts';
import { codedError } from '../errors.ts';
import { callHost, type Caller } from '../host-calls.ts';
import { freeze, sealed } from '../intrinsics.ts';
import { number, optional, text } from './arguments.ts';

export function createFiles(call: Caller, size: number | null): object {
  return freeze({
    size,
    read: sealed(async (offset: unknown, length: unknown, options?: unknown): Promise<Uint8Array> => {
      const sha256 = optional('sha256', (options as { sha256?: unknown } | null | undefined)?.sha256, text);
      const args = `{"offset":${number(offset, 'offset')},"length":${number(length, 'length')}${sha256}}`;
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
