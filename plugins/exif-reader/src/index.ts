import { definePlugin } from '@proofpix/sdk/define-plugin';
import { createWindowedSource } from './byte-source.ts';
import { readPhoto } from './read-photo.ts';

/** Reads what a photo says about itself, without reading its pixels. */
export default definePlugin({
  hooks: {
    'file:process': ({ file }, ctx) =>
      readPhoto(
        createWindowedSource(file.size, (offset, length) => ctx.files.read(offset, length)),
        file.name,
      ),
  },
});
