import { definePlugin } from '@proofpix/sdk/define-plugin';
import type { Json } from '@proofpix/contract/json';
import type { ActHook, Acts } from '../acts.ts';

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    (error: { code: string }) => error.code,
  );

const digest = 'ab'.repeat(32);

/** Every host call that takes a permission, once. */
const acts: Acts = {
  'files.read': (ctx) => codeOf(ctx.files.read(0, 1)),
  'files.write': (ctx) => codeOf(ctx.files.write('a.txt', 'a')),
  'storage.get': (ctx) => codeOf(ctx.storage.get('a')),
  'storage.set': (ctx) => codeOf(ctx.storage.set('a', 1)),
  'storage.delete': (ctx) => codeOf(ctx.storage.delete('a')),
  'storage.list': (ctx) => codeOf(ctx.storage.list()),
  'crypto.digest': (ctx) => codeOf(ctx.crypto.digest()),
  'crypto.attest': (ctx) => codeOf(ctx.crypto.attest(digest)),
  'http.request': (ctx) => codeOf(ctx.http.get('https://api.example.org/echo')),
  'webhooks.send': (ctx) => codeOf(ctx.webhooks.send('photo.seen', {})),
  'oauth.token': (ctx) => codeOf(ctx.oauth.token('slack')),
  'analytics.count': (ctx) => codeOf(ctx.analytics.count('a')),
  'analytics.time': (ctx) => codeOf(ctx.analytics.time('a', 1)),
  'analytics.track': (ctx) => codeOf(ctx.analytics.track('a')),
  'security.report': (ctx) => codeOf(ctx.security.report({ severity: 'low', title: 'A report' })),
  'security.events': (ctx) => codeOf(ctx.security.events()),
};

export default definePlugin<Json, ActHook<'permissions'>>({
  hooks: {
    'conformance-permissions:act': async ({ act, args }, ctx) => ({
      value: await acts[act]?.(ctx, args as never, null as never), // the suite names an act with its arguments
    }),
    'file:process': async (input, ctx) => {
      const { act, args } = input.options as { act: string; args: never };
      return { metadata: { value: (await acts[act]?.(ctx, args, input)) as Json } };
    },
  },
});
