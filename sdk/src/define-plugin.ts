import type { HookInput, HookName, HookOutput } from '@proofpix/contract/hooks';
import type { Json } from '@proofpix/contract/json';
import type { Context } from './context.ts';

type Awaitable<T> = T | Promise<T>;

/** What custom hooks get and give, by name: `{ 'plate-reader:plate': { input: { text: string }; output: null } }`. */
export type CustomHooks = { [name: `${string}:${string}`]: { input: unknown; output: unknown } };

/** The functions a plugin implements, by hook name. Each one must stand in the manifest's `hooks` too. */
export type Hooks<Config, Custom extends CustomHooks> = {
  [Name in HookName]?: (input: HookInput<Name>, ctx: Context<Config>) => Awaitable<HookOutput<Name> | void>;
} & {
  [Name in keyof Custom]?: Custom[Name] extends { input: infer Input; output: infer Output }
    ? (input: Input, ctx: Context<Config>) => Awaitable<Output | void>
    : never;
};

/** A plugin: its hooks, and what to do at the turns of its life. */
export type Plugin<Config = Json, Custom extends CustomHooks = Record<never, never>> = {
  hooks: Hooks<Config, Custom>;
  /** Once, after the code was loaded. When it throws, the plugin is not loaded. At most 10 s. */
  initialize?(ctx: Context<Config>): Awaitable<void>;
  /** Once, before the plugin is unloaded. At most 2 s. */
  cleanup?(ctx: Context<Config>): Awaitable<void>;
  /** After an admin changed the configuration. At most 5 s. */
  onConfigUpdate?(config: Config, ctx: Context<Config>): Awaitable<void>;
};

/**
 * Gives the plugin back unchanged, with every input, output and `ctx` typed. The default export of the main file.
 *
 * @typeParam Config what `configSchema` in the manifest describes
 * @typeParam Custom the custom hooks (`<plugin-id>:<name>`) that this plugin implements, its own or other plugins'
 * @example
 * export default definePlugin({
 *   hooks: {
 *     'file:process': async ({ file }, ctx) => {
 *       const head = await ctx.files.read(0, 64);
 *       return { metadata: { FileSize: file.size, Magic: head[0] ?? 0 } };
 *     },
 *   },
 * });
 * @example
 * export default definePlugin<{ minimum: number }>({
 *   hooks: {
 *     'data:analyze': ({ metadata }, ctx) => {
 *       const iso = Number(metadata.ISO ?? 0);
 *       if (iso < ctx.config.minimum) return {};
 *       return { findings: [{ severity: 'note', confidence: 1, title: `ISO ${iso}`, explanation: 'A dark scene.' }] };
 *     },
 *   },
 * });
 */
export function definePlugin<Config = Json, Custom extends CustomHooks = Record<never, never>>(
  // Not inferred from the functions: a misspelt hook would then become a custom one.
  plugin: NoInfer<Plugin<Config, Custom>>,
): Plugin<Config, Custom> {
  return plugin;
}
