import { definePlugin } from '@proofpix/sdk/define-plugin';
import type { Json } from '@proofpix/contract/json';
import type { ActHook, Acts } from '../acts.ts';

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    (error: { code: string }) => error.code,
  );

const acts: Acts = {
  size: (ctx) => ctx.files.size,
  async read(ctx, { offset, length }: { offset: number; length: number }) {
    return [...(await ctx.files.read(offset, length))];
  },
  readCode: (ctx, { offset, length }: { offset: number; length: number }) => codeOf(ctx.files.read(offset, length)),
  async readAll(ctx) {
    let sum = 0;
    for (let offset = 0; offset < (ctx.files.size ?? 0); offset += 4_096) {
      for (const byte of await ctx.files.read(offset, 4_096)) sum = (sum + byte) % 65_536;
    }
    return sum;
  },
  async write(ctx, files: { [name: string]: string }) {
    for (const [name, text] of Object.entries(files)) await ctx.files.write(name, text);
  },
  writeBytes: (ctx, { name, bytes }: { name: string; bytes: number[] }) => ctx.files.write(name, new Uint8Array(bytes)),
  async writeCodes(ctx, names: string[]) {
    const codes = [];
    for (const name of names) codes.push(await codeOf(ctx.files.write(name, 'x')));
    return codes;
  },
  async writeMany(ctx, count: number) {
    for (let index = 0; index < count; index += 1) await ctx.files.write(`file-${index}.txt`, 'x');
  },
  forget: (ctx) => void ctx.files.write('late.txt', 'not waited for'),
};

export default definePlugin<Json, ActHook<'files'>>({
  hooks: {
    'conformance-files:act': async ({ act, args }, ctx) => ({
      value: await acts[act]?.(ctx, args as never, null as never), // the suite names an act with its arguments
    }),
    'file:process': async (input, ctx) => {
      const { act, args } = input.options as { act: string; args: never };
      return { metadata: { value: (await acts[act]?.(ctx, args, input)) as Json } };
    },
  },
});
