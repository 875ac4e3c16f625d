import { definePlugin } from '@proofpix/sdk/define-plugin';
import { readSize } from './read-size.ts';

export default definePlugin({
  hooks: {
    'file:process': async ({ file }, ctx) => {
      const size = await readSize((offset, length) => ctx.files.read(offset, length));
      if (size === null) {
        ctx.log.info(`${file.name} (${file.type}) does not say how large it is in a way that is known here.`);
        return {};
      }
      return { metadata: { ImageWidth: size.width, ImageHeight: size.height } };
    },
  },
});
