import { bridge } from './bridge.ts';
import { codedError, describe } from './errors.ts';
import { loadedFrame } from './frames.ts';
import { dictionary, keys, toJson } from './intrinsics.ts';
import { forbidTimers } from './timers.ts';

type AnyFunction = (...args: unknown[]) => unknown;
const lifecycleNames = ['initialize', 'cleanup', 'onConfigUpdate'] as const;
const hookNamesLimit = 200;
const hookNameChars = 120;

export type LoadedPlugin = {
  object: object;
  hooksObject: object;
  hooks: { [name: string]: AnyFunction };
  lifecycle: { [name: string]: AnyFunction };
};

let loaded: LoadedPlugin | undefined;
let loadId: number | undefined;

export function loadedPlugin(): LoadedPlugin {
  if (loaded === undefined) throw codedError('plugin_not_loaded', 'The plugin has not been loaded.');
  return loaded;
}

export function beginLoading(id: number): void {
  loadId = id;
}

/** Takes what the main file exports and answers the `load` frame. */
export function acceptPlugin(exported: unknown): void {
  try {
    const plugin = readPlugin(exported);
    loaded = plugin;
    finish((id) => {
      const body = `{"ok":true,"hooks":${names(plugin.hooks)},"lifecycle":${names(plugin.lifecycle)}}`;
      bridge().post(loadedFrame, id, body);
    });
  } catch (error) {
    refusePlugin(error);
  }
}

export function refusePlugin(error: unknown): void {
  const { code, message, stack } = describe(error, 'plugin_load_failed');
  failLoading(code === 'permission_denied' ? code : 'plugin_load_failed', message, stack);
}

/** Also called by the runner, for what was thrown where no guest code could catch it. */
export function failLoading(code: string, message: string, stack: string): void {
  finish((id) => bridge().fail(loadedFrame, id, code, message, stack));
}

/** A `load` frame is answered once, whatever happens later. */
function finish(answer: (id: number) => void): void {
  if (loadId === undefined) return;
  const id = loadId;
  loadId = undefined;
  forbidTimers();
  answer(id);
}

function readPlugin(exported: unknown): LoadedPlugin {
  const object = findPlugin(exported);
  if (object === undefined) {
    throw codedError(
      'plugin_load_failed',
      'The main file exports no hooks. Write `export default definePlugin({ hooks: { … } })` or `module.exports = { hooks: { … } }`.',
    );
  }
  const source = object as { [key: string]: unknown }; // any object may be asked for any key
  const hooksObject = source['hooks'] as { [key: string]: unknown }; // findPlugin saw that it is an object
  const hooks = dictionary<AnyFunction>();
  const found = keys(hooksObject);
  if (found.length > hookNamesLimit)
    throw codedError('plugin_load_failed', `A plugin can have ${hookNamesLimit} hooks.`);
  for (let index = 0; index < found.length; index += 1) {
    const name = found[index] as string; // within its length
    const hook = hooksObject[name];
    if (typeof hook === 'function' && name.length <= hookNameChars) hooks[name] = hook as AnyFunction; // checked
  }
  const lifecycle = dictionary<AnyFunction>();
  for (let index = 0; index < lifecycleNames.length; index += 1) {
    const name = lifecycleNames[index] as string; // within its length
    const step = source[name];
    if (typeof step === 'function') lifecycle[name] = step as AnyFunction; // checked
  }
  return { object, hooksObject, hooks, lifecycle };
}

/** `module.exports`, a namespace with named exports, or the default export of either. */
function findPlugin(exported: unknown): object | undefined {
  if (hasHooks(exported)) return exported;
  if ((typeof exported !== 'object' && typeof exported !== 'function') || exported === null) return undefined;
  const inner: unknown = (exported as { default?: unknown }).default; // any object may be asked
  if (hasHooks(inner)) return inner;
  // A CommonJS file made from an ES module, imported by an ES module.
  if (typeof inner !== 'object' || inner === null) return undefined;
  const innermost: unknown = (inner as { default?: unknown }).default; // as above
  return hasHooks(innermost) ? innermost : undefined;
}

function hasHooks(value: unknown): value is object {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  const hooks: unknown = (value as { hooks?: unknown }).hooks; // as above
  return typeof hooks === 'object' && hooks !== null;
}

function names(table: { [name: string]: AnyFunction }): string {
  let text = '';
  for (const name in table) text += `${text === '' ? '' : ','}${toJson(name)}`; // a dictionary: own keys only
  return `[${text}]`;
}
