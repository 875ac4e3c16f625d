import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openPlugin, type Answer } from '../../test/open-plugin.ts';

export type CredentialsReader = AsyncDisposable & {
  read(photo: Uint8Array, name?: string): Promise<Answer>;
  /** A photo that is only ever read in ranges: `at` gives the bytes of one. */
  readRanges(size: number, at: (offset: number, length: number) => Uint8Array): Promise<Answer>;
};

export async function openCredentials(): Promise<CredentialsReader> {
  const plugin = await openPlugin(dirname(dirname(fileURLToPath(import.meta.url))));
  return {
    read: (photo, name = 'photo.jpg') => plugin.process(photo, { name }),
    readRanges(size, at) {
      const file = { id: 'photo', name: 'large.jpg', type: 'image/jpeg', size, sha256: '0'.repeat(64) };
      const read = async (offset: number, length: number) => at(offset, length);
      return plugin.call('file:process', { file, metadata: {} }, { photo: { file, read } });
    },
    [Symbol.asyncDispose]: () => plugin[Symbol.asyncDispose](),
  };
}
