import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hookFile, openPlugin, type Answer } from '../../test/open-plugin.ts';

export type Reader = AsyncDisposable & {
  read(photo: Uint8Array, name?: string): Promise<Answer>;
  /** A photo that is only ever read in ranges: `at` gives the bytes of one. */
  readRanges(size: number, at: (offset: number, length: number) => Uint8Array): Promise<Answer>;
};

export async function openReader(): Promise<Reader> {
  const plugin = await openPlugin(dirname(dirname(fileURLToPath(import.meta.url))));
  return {
    read: (photo, name) => plugin.process(photo, name === undefined ? {} : { name }),
    readRanges(size, at) {
      const file = { ...hookFile(new Uint8Array(), 'large.jpg'), size };
      const photo = { file, read: async (offset: number, length: number) => at(offset, length) };
      return plugin.call('file:process', { file, metadata: {} }, { photo });
    },
    [Symbol.asyncDispose]: () => plugin[Symbol.asyncDispose](),
  };
}
