import type { HookInput } from '@proofpix/contract/hooks';
import type { Context } from '../src/context.ts';

/** What a plugin of the suite can be asked to do, by name. Only types: each plugin is one file that imports nothing else. */
export type Acts = {
  readonly [name: string]: (ctx: Context, args: never, input: HookInput<'file:process'>) => unknown;
};

/** The custom hook of the plugin `conformance-<Name>`. */
export type ActHook<Name extends string> = {
  [Hook in `conformance-${Name}:act`]: { input: { act: string; args: unknown }; output: { value: unknown } };
};
