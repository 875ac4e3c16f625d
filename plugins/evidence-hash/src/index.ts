import { definePlugin } from '@proofpix/sdk/define-plugin';
import { processPhoto } from './process-photo.ts';
import { writeManifest } from './write-manifest.ts';

/** Hashes photos and has the hashes signed with the organisation's evidence key, which never comes in here. */
export default definePlugin({
  hooks: {
    'file:process': (input, ctx) => processPhoto(input, ctx),
    'export:generate': (input, ctx) => writeManifest(input, ctx),
  },
});
