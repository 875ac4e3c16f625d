import { definePlugin } from '@proofpix/sdk/define-plugin';
import type { Json } from '@proofpix/contract/json';
import type { ActHook } from '../acts.ts';

let starts = 0;
let told: Json = null;

export default definePlugin<Json, ActHook<'life'>>({
  async initialize(ctx) {
    starts += 1;
    const { refuse, spin } = ctx.config as { refuse?: boolean; spin?: boolean };
    if (refuse) throw new Error('refused to start');
    if (spin) for (;;);
    await ctx.storage.set('starts', ((await ctx.storage.get('starts')) as number) + 1);
  },
  async cleanup(ctx) {
    await ctx.storage.set('cleaned', true);
  },
  onConfigUpdate(config) {
    told = config;
    if ((config as { fail?: boolean }).fail) throw new Error('does not like it');
  },
  hooks: {
    'conformance-life:act': async (_input, ctx) => ({
      value: {
        starts,
        told,
        config: ctx.config,
        stored: await ctx.storage.get('starts'),
        cleaned: await ctx.storage.get('cleaned'),
      },
    }),
    'file:process': () => ({}),
  },
});
