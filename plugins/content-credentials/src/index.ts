import { definePlugin } from '@proofpix/sdk/define-plugin';
import { createWindowedSource } from './byte-source.ts';
import { readCredentials } from './read-credentials.ts';

/** Reads Content Credentials, and checks what can be checked without trusting anybody. */
export default definePlugin({
  hooks: {
    'file:process': async ({ file }, ctx) => ({
      ...(await readCredentials(
        createWindowedSource(file.size, (offset, length) => ctx.files.read(offset, length)),
        (signed) => ctx.crypto.verify(signed),
      )),
      looked: ['origin'],
    }),
  },
});
