import { definePlugin } from '@proofpix/sdk/define-plugin';
import type { Json } from '@proofpix/contract/json';
import type { ActHook, Acts } from '../acts.ts';

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    (error: { code: string }) => error.code,
  );

type Asked = { method?: 'GET' | 'POST' | 'PUT'; url: string; body?: Json; token?: boolean; maxRedirects?: number };

const acts: Acts = {
  async ask(ctx, { method = 'GET', url, body, token, maxRedirects }: Asked) {
    const { secret } = ctx.config as { secret?: string };
    const headers: { [name: string]: string } = token && secret ? { authorization: `Bearer ${secret}` } : {};
    const wish = {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      ...(maxRedirects === undefined ? {} : { maxRedirects }),
    };
    const answer = await ctx.http.request(url, wish);
    return { status: answer.status, ok: answer.ok, url: answer.url, text: answer.text() };
  },
  code: (ctx, url: string) => codeOf(ctx.http.get(url)),
  bytes: async (ctx, url: string) => [...(await ctx.http.get(url)).bytes()],
};

export default definePlugin<Json, ActHook<'http'>>({
  hooks: {
    'conformance-http:act': async ({ act, args }, ctx) => ({
      value: await acts[act]?.(ctx, args as never, null as never), // the suite names an act with its arguments
    }),
    'file:process': async (input, ctx) => {
      const { act, args } = input.options as { act: string; args: never };
      return { metadata: { value: (await acts[act]?.(ctx, args, input)) as Json } };
    },
  },
});
