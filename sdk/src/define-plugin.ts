import type { Json } from '@proofpix/contract/json';
import type { HookInput, HookName, HookOutput } from '@proofpix/contract/hooks';
import type { Context } from './context.ts';

type Awaitable<T> = T | Promise<T>;

/** What the hook of a name gets and gives. Custom hooks (`<plugin-id>:<name>`) take and give any JSON. */
export type Hook<Name extends string, Config> = Name extends HookName
  ? (input: HookInput<Name>, ctx: Context<Config>) => Awaitable<HookOutput<Name> | void>
  : (input: Json, ctx: Context<Config>) => Awaitable<Json | void>;

/** The functions a plugin may implement, by hook name. */
export type Hooks<Config> = { [Name in HookName]?: Hook<Name, Config> } & {
  [custom: `${string}:${string}`]: ((input: never, ctx: Context<Config>) => Awaitable<unknown>) | undefined;
};

export type Plugin<Config = Json> = {
  hooks: Hooks<Config>;
  /** Once, after the code was loaded. When it throws, the plugin is not loaded. At most 10 s. */
  initialize?(ctx: Context<Config>): Awaitable<void>;
  /** Once, before the plugin is unloaded. At most 2 s. */
  cleanup?(ctx: Context<Config>): Awaitable<void>;
  /** After an admin changed the configuration. At most 5 s. */
  onConfigUpdate?(config: Config, ctx: Context<Config>): Awaitable<void>;
};

/** Gives the plugin back unchanged, with every input, output and `ctx` typed. */
export function definePlugin<Config = Json>(plugin: Plugin<Config>): Plugin<Config> {
  return plugin;
}
