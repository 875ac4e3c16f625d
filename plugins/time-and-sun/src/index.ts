import { definePlugin } from '@proofpix/sdk/define-plugin';
import { judgeTime } from './judge-time.ts';

/** Compares the clocks that a photo quotes with each other, with its place and with the sun. */
export default definePlugin({
  hooks: {
    'data:analyze': ({ file, metadata }) => ({
      findings: judgeTime(metadata, file.name, Date.now()),
      looked: ['time'],
    }),
  },
});
