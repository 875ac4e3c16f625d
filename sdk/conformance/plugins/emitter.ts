import { definePlugin } from '@proofpix/sdk/define-plugin';
import type { Json } from '@proofpix/contract/json';

type Hooks = { 'conformance-emitter:plate': { input: { text: string; times?: number }; output: Json } };
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    (error: { code: string }) => error.code,
  );

export default definePlugin<Json, Hooks>({
  hooks: {
    'conformance-emitter:plate': ({ text }, ctx) => {
      ctx.log.info(`owner ${text}`);
      return text === 'wrong' ? 'not an object' : { known: text === 'B 123' };
    },
    'file:process': async ({ options }, ctx) => {
      const { hook, payload } = options as { hook: string; payload: Json };
      let delivered = -1;
      const code = await codeOf(ctx.emit(hook, payload).then((reply) => (delivered = reply.delivered)));
      return { metadata: { code, delivered } };
    },
  },
});
