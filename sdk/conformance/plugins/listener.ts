import { definePlugin } from '@proofpix/sdk/define-plugin';
import type { Json } from '@proofpix/contract/json';

type Hooks = { 'conformance-emitter:plate': { input: { text: string }; output: Json } };

export default definePlugin<Json, Hooks>({
  hooks: {
    'conformance-emitter:plate': ({ text }, ctx) => {
      ctx.log.info(`listener ${text}`);
      return { known: false };
    },
  },
});
