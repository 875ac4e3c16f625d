import { definePlugin } from '@proofpix/sdk/define-plugin';
import type { Json } from '@proofpix/contract/json';
import type { ActHook, Acts } from '../acts.ts';

const acts: Acts = {
  throws(_ctx, { message, code }: { message: string; code?: string }) {
    throw Object.assign(new Error(message), code === undefined ? {} : { code });
  },
  rejects: () => Promise.reject(new TypeError('rejected later')),
  throwsText() {
    throw 'only text';
  },
  forever() {
    for (;;);
  },
  async waits() {
    await new Promise(() => undefined);
  },
  grows() {
    const kept = [];
    for (;;) kept.push(new Uint8Array(1_000_000).fill(1));
  },
  async lines(ctx, count: number) {
    for (let index = 0; index < count; index += 1) ctx.log.info(`line ${index}`);
  },
  logs(ctx) {
    ctx.log.debug('debug', 1);
    ctx.log.info({ nested: [1, 2] });
    ctx.log.warn('w'.repeat(10_000));
    ctx.log.error(new Error('logged'));
  },
  gives: (_ctx, kind: string) => made[kind]?.(),
  echo: (_ctx, value: Json) => value,
  config: (ctx) => ctx.config,
  plugin: (ctx) => ctx.plugin,
};

const made: { readonly [kind: string]: () => unknown } = {
  nul: () => ({ 'a\0b': 'c\0d', fine: 'é 漢字 🙂' }),
  surrogate: () => '\ud800',
  proto: () => JSON.parse('{"__proto__": {"polluted": true}}'),
  constructorKey: () => ({ constructor: 1 }),
  longText: () => 'x'.repeat(100_001),
  longestText: () => 'x'.repeat(100_000).length,
  deep() {
    let value: unknown = 1;
    for (let depth = 0; depth < 40; depth += 1) value = [value];
    return value;
  },
  large: () => Array.from({ length: 110 }, () => 'x'.repeat(99_000)),
  many: () => Array.from({ length: 200_001 }, () => 1),
  cycle() {
    const ring: { self?: unknown } = {};
    ring.self = ring;
    return ring;
  },
  bigint: () => 10n,
  odd: () => ({ date: new Date(0), notANumber: NaN, infinite: Infinity, nothing: undefined, fn: () => 1 }),
};

export default definePlugin<Json, ActHook<'behaviour'>>({
  hooks: {
    'conformance-behaviour:act': async ({ act, args }, ctx) => ({
      value: await acts[act]?.(ctx, args as never, null as never), // the suite names an act with its arguments
    }),
    'file:process': async (input, ctx) => {
      const { act, args } = input.options as { act: string; args: never };
      return { metadata: { value: (await acts[act]?.(ctx, args, input)) as Json } };
    },
  },
});
