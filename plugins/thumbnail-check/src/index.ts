import { definePlugin } from '@proofpix/sdk/define-plugin';
import { checkThumbnails } from './check-thumbnails.ts';

const readBytes = 4 * 1024 * 1024;

/** Compares the pictures inside of a JPEG with the JPEG's own. Other photos are left alone. */
export default definePlugin({
  hooks: {
    'file:process': async ({ file, metadata }, ctx) => {
      const head = await ctx.files.read(0, 3);
      if (head[0] !== 0xff || head[1] !== 0xd8) return {};
      const source = { size: file.size, read: (offset: number, length: number) => ctx.files.read(offset, length) };
      const orientation = typeof metadata.Orientation === 'number' ? metadata.Orientation : 1;
      const { metadata: found, findings, files } = await checkThumbnails(source, orientation);
      for (const { name, offset, length } of files) {
        const bytes = new Uint8Array(length);
        for (let at = 0; at < length; at += readBytes) {
          bytes.set(await ctx.files.read(offset + at, Math.min(readBytes, length - at)), at);
        }
        await ctx.files.write(name, bytes);
      }
      // Without a picture inside there was nothing to compare.
      return { metadata: found, findings, looked: Object.keys(found).length > 0 ? ['edited'] : [] };
    },
  },
});
