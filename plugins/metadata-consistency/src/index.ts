import { definePlugin } from '@proofpix/sdk/define-plugin';
import { checks } from './checks.ts';

/** Judges what a photo says about itself by what can and cannot stand together. */
export default definePlugin({
  hooks: {
    'data:analyze': ({ metadata }) => ({
      findings: checks.flatMap((check) => check(metadata)),
      // A photo that says nothing of itself contradicts itself in nothing.
      looked: Object.keys(metadata).length > 0 ? ['edited'] : [],
    }),
  },
});
