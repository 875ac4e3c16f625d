import { definePlugin } from '@proofpix/sdk/define-plugin';
import { createWindowedSource, ReadingBudgetError } from './byte-source.ts';
import { readPreview } from './find-preview.ts';
import { readPhoto } from './read-photo.ts';

/** Reads what a photo says about itself, without reading its pixels; of photos that browsers do not draw, the preview. */
export default definePlugin({
  hooks: {
    'file:process': async ({ file }, ctx) => {
      const source = createWindowedSource(file.size, (offset, length) => ctx.files.read(offset, length));
      const { metadata, findings, preview } = await readPhoto(source, file.name);
      if (preview !== null) {
        try {
          await ctx.files.write('preview.jpg', await readPreview(preview));
        } catch (error) {
          // The metadata took all the reading that a photo may cost: they are what was asked for.
          if (!(error instanceof ReadingBudgetError)) throw error;
        }
      }
      return { metadata, findings };
    },
  },
});
