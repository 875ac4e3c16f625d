import { expect, expectTypeOf, test } from 'vitest';
import { hostCallNames } from '@proofpix/contract/host-calls';
import { hookNames, type HookInput } from '@proofpix/contract/hooks';
import type { Json } from '@proofpix/contract/json';
import type { Context } from './context.ts';
import { definePlugin } from './define-plugin.ts';

test('definePlugin gives the plugin back unchanged', () => {
  const hooks = { 'file:process': () => ({ metadata: { Make: 'Canon' } }) };
  const plugin = { hooks, initialize() {} };
  expect(definePlugin(plugin)).toBe(plugin);
});

test('hook inputs and outputs are typed by the name of the hook', () => {
  definePlugin({
    hooks: {
      'file:process': async (input, ctx) => {
        expectTypeOf(input).toEqualTypeOf<HookInput<'file:process'>>();
        expectTypeOf(await ctx.files.read(0, 4)).toEqualTypeOf<Uint8Array>();
        expectTypeOf(ctx.files.size).toEqualTypeOf<number | null>();
        return { metadata: { Make: input.file.name } };
      },
      'data:analyze': ({ findings, metadata }) => {
        expectTypeOf(findings[0]?.severity).toEqualTypeOf<'strong' | 'possible' | 'note' | undefined>();
        expectTypeOf(metadata).toExtend<Record<string, Json>>();
        return {};
      },
      'export:generate': async ({ format }, ctx) => {
        expectTypeOf(format).toEqualTypeOf<string>();
        await ctx.files.write('report.txt', 'text');
        return null;
      },
    },
  });
  expect(hookNames).toContain('export:generate');
});

test('a hook that does not exist, or gives the wrong thing, is a type error', () => {
  const fatal = { severity: 'fatal' as const, confidence: 1, title: 'x', explanation: '' };
  // @ts-expect-error the platform has no such hook, and no custom hook was declared
  definePlugin({ hooks: { 'file:proces': () => ({}) } });
  // @ts-expect-error findings have one of three severities
  definePlugin({ hooks: { 'data:analyze': () => ({ findings: [fatal] }) } });
  // @ts-expect-error a plugin has hooks
  definePlugin({});
  expect(hookNames).not.toContain('file:proces');
});

test('the configuration is typed in hooks, and when it changes', () => {
  definePlugin<{ minimum: number }>({
    hooks: { 'data:analyze': (_input, ctx) => void expectTypeOf(ctx.config.minimum).toEqualTypeOf<number>() },
    onConfigUpdate(config, ctx) {
      expectTypeOf(config).toEqualTypeOf<{ minimum: number }>();
      expectTypeOf(ctx).toEqualTypeOf<Context<{ minimum: number }>>();
    },
  });
});

test('custom hooks are typed by what they declare', () => {
  type PlateHooks = { 'plate-reader:plate': { input: { text: string }; output: { known: boolean } } };
  definePlugin<null, PlateHooks>({
    hooks: {
      'plate-reader:plate': async ({ text }, ctx) => {
        expectTypeOf(text).toEqualTypeOf<string>();
        await ctx.emit('plate-reader:seen', { text });
        return { known: text === 'B 123' };
      },
      // @ts-expect-error not declared
      'plate-reader:other': () => null,
      'file:uploaded': ({ run }) => void expectTypeOf(run.id).toEqualTypeOf<string>(),
    },
  });
});

test('every host call of the contract has its function in ctx', () => {
  type Paths<T> = {
    [K in keyof T & string]: T[K] extends (...args: never[]) => unknown ? K : `${K}.${keyof T[K] & string}`;
  }[keyof T & string];
  const inContext = {
    'log.info': true,
    emit: true,
    'files.read': true,
    'files.write': true,
    'storage.get': true,
    'storage.set': true,
    'storage.delete': true,
    'storage.list': true,
    'crypto.digest': true,
    'crypto.attest': true,
    'http.request': true,
    'webhooks.send': true,
    'oauth.token': true,
    'analytics.count': true,
    'analytics.time': true,
    'analytics.track': true,
    'security.report': true,
    'security.events': true,
  } satisfies { [Path in Paths<Context>]?: true };
  const missing = hostCallNames.filter((name) => !(name === 'log' ? 'log.info' in inContext : name in inContext));
  expect(missing).toEqual([]);
});
