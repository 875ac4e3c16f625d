import { definePlugin } from '@proofpix/sdk/define-plugin';
import type { Json } from '@proofpix/contract/json';
import type { ActHook, Acts } from '../acts.ts';

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    (error: { code: string }) => error.code,
  );

const hex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

const acts: Acts = {
  hashes: async (ctx) => [
    await ctx.crypto.hash('md5', 'abc'),
    await ctx.crypto.hash('sha1', 'abc'),
    await ctx.crypto.hash('sha256', new TextEncoder().encode('abc')),
    (await ctx.crypto.hash('sha512', 'abc')).length,
  ],
  hmac: (ctx) => ctx.crypto.hmac('sha256', 'key', 'The quick brown fox jumps over the lazy dog'),
  random(ctx) {
    const [one, other] = [ctx.crypto.randomBytes(16), ctx.crypto.randomBytes(16)];
    return [one.length, hex(one) === hex(other), ctx.crypto.randomUUID()];
  },
  async sealed(ctx) {
    const key = ctx.crypto.randomBytes(32);
    const box = await ctx.crypto.encrypt(key, 'a secret', 'for one place');
    const opened = new TextDecoder().decode(await ctx.crypto.decrypt(key, box, 'for one place'));
    const moved = await ctx.crypto.decrypt(key, box, 'elsewhere').then(
      () => 'opened',
      () => 'refused',
    );
    box[box.length - 1] = (box[box.length - 1] ?? 0) ^ 1;
    const changed = await ctx.crypto.decrypt(key, box, 'for one place').then(
      () => 'opened',
      () => 'refused',
    );
    return [opened, moved, changed];
  },
  digest: (ctx, algorithm: 'sha256' | 'sha512') => ctx.crypto.digest(algorithm),
  digestCode: (ctx) => codeOf(ctx.crypto.digest()),
  attest: (ctx, digest: string) => ctx.crypto.attest(digest),
  attestCode: (ctx, digest: string) => codeOf(ctx.crypto.attest(digest)),
  async verify(
    ctx,
    { publicKey, signature, statement }: { publicKey: number[]; signature: number[]; statement: string },
  ) {
    const [key, sign] = [new Uint8Array(publicKey), new Uint8Array(signature)];
    return [
      await ctx.crypto.verifyEd25519(key, sign, statement),
      await ctx.crypto.verifyEd25519(key, sign, `${statement} `),
    ];
  },
};

export default definePlugin<Json, ActHook<'crypto'>>({
  hooks: {
    'conformance-crypto:act': async ({ act, args }, ctx) => ({
      value: await acts[act]?.(ctx, args as never, null as never), // the suite names an act with its arguments
    }),
    'file:process': async (input, ctx) => {
      const { act, args } = input.options as { act: string; args: never };
      return { metadata: { value: (await acts[act]?.(ctx, args, input)) as Json } };
    },
  },
});
