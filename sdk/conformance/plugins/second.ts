import { definePlugin } from '@proofpix/sdk/define-plugin';

/** Reads photos beside another plugin. */
export default definePlugin({
  hooks: {
    'file:process': ({ metadata, options }) => {
      if (options?.fail) throw new Error('the second one fails');
      return { metadata: { Make: 'Canon', sawBefore: metadata.Make ?? null } };
    },
  },
});
