import { definePlugin } from '@proofpix/sdk/define-plugin';
import type { Json } from '@proofpix/contract/json';
import type { ActHook, Acts } from '../acts.ts';

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    (error: { code: string }) => error.code,
  );

type Options = { ttlSeconds?: number; ifVersion?: number };

const acts: Acts = {
  set: (ctx, { key, value, options }: { key: string; value: Json; options?: Options }) =>
    ctx.storage.set(key, value, options),
  get: (ctx, key: string) => ctx.storage.get(key),
  read: (ctx, key: string) => ctx.storage.read(key),
  delete: (ctx, key: string) => ctx.storage.delete(key),
  list: (ctx, { prefix, after }: { prefix?: string; after?: string }) =>
    ctx.storage.list(prefix, after === undefined ? undefined : { after }),
  setCode: (ctx, { key, value, options }: { key: string; value: Json; options?: Options }) =>
    codeOf(ctx.storage.set(key, value, options)),
  async conflict(ctx) {
    const first = await ctx.storage.set('counter', 1);
    const second = await ctx.storage.set('counter', 2, { ifVersion: first });
    return [await codeOf(ctx.storage.set('counter', 3, { ifVersion: first })), second > first];
  },
  async again(ctx) {
    const before = await ctx.storage.set('twice', 1);
    await ctx.storage.delete('twice');
    await ctx.storage.set('twice', 2);
    return codeOf(ctx.storage.set('twice', 3, { ifVersion: before }));
  },
  large: (ctx, { key, chars }: { key: string; chars: number }) => codeOf(ctx.storage.set(key, 'x'.repeat(chars))),
  longKey: (ctx) => codeOf(ctx.storage.set('k'.repeat(257), 1)),
  async fill(ctx) {
    for (let index = 0; index < 30; index += 1) {
      const code = await codeOf(ctx.storage.set(`fill-${index}`, 'x'.repeat(250_000)));
      if (code !== 'none') return { code, index };
    }
    return { code: 'none', index: 30 };
  },
  async untilGone(ctx, key: string) {
    await ctx.storage.set(key, 1, { ttlSeconds: 1 });
    const there = await ctx.storage.get(key);
    while ((await ctx.storage.get(key)) !== null) await new Promise((done) => setTimeout(done, 50));
    return [there, (await ctx.storage.list(key)).length];
  },
  async parallel(ctx, count: number) {
    const keys = Array.from({ length: count }, (_, index) => `p-${String(index).padStart(3, '0')}`);
    await Promise.all(keys.map((key, index) => ctx.storage.set(key, index)));
    const values = await Promise.all(keys.map((key) => ctx.storage.get(key)));
    return values.every((value, index) => value === index);
  },
};

export default definePlugin<Json, ActHook<'storage'>>({
  hooks: {
    'conformance-storage:act': async ({ act, args }, ctx) => ({
      value: await acts[act]?.(ctx, args as never, null as never), // the suite names an act with its arguments
    }),
    'file:process': async (input, ctx) => {
      const { act, args } = input.options as { act: string; args: never };
      return { metadata: { value: (await acts[act]?.(ctx, args, input)) as Json } };
    },
  },
});
