import { definePlugin } from '@proofpix/sdk/define-plugin';
import { readStructure } from './read-structure.ts';

/** Looks at how a JPEG is built. Other photos are left alone. */
export default definePlugin({
  hooks: {
    'file:process': async ({ file, metadata }, ctx) => {
      const head = await ctx.files.read(0, 3);
      if (head[0] !== 0xff || head[1] !== 0xd8) return {};
      const source = { size: file.size, read: (offset: number, length: number) => ctx.files.read(offset, length) };
      return { ...(await readStructure(source, metadata)), looked: ['edited'] };
    },
  },
});
