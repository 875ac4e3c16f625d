import type { Json } from '@proofpix/contract/json';
import type { CallBody } from '@proofpix/contract/wire';
import { createAnalytics } from './context/analytics.ts';
import { json, text } from './context/arguments.ts';
import { createCrypto } from './context/crypto.ts';
import { createFiles } from './context/files.ts';
import { createHttp } from './context/http.ts';
import { createOauth } from './context/oauth.ts';
import { createSecurity } from './context/security.ts';
import { createStorage } from './context/storage.ts';
import { createWebhooks } from './context/webhooks.ts';
import { callHost, type Caller } from './host-calls.ts';
import { createLog, type LogTarget } from './log.ts';
import { freeze, getOwnPropertyDescriptor, isArray, keys, ownKeys, sealed } from './intrinsics.ts';

export type OpenCall = Caller & LogTarget & { fileSize: number | null };
type Settings = { config: Json; permissions: readonly string[] };

let plugin: { id: string; version: string } = { id: '', version: '' };
/** As they stood in the newest call: a call that says nothing else has the same. */
let settings: Settings = { config: null, permissions: [] };

export function setPlugin(id: string, version: string): void {
  plugin = freeze({ id, version });
}

/** `ctx` of one call: what sdk/src/context.ts describes. Every function names the call it belongs to. */
export function createContext(call: OpenCall, context: CallBody['context']): object {
  const { config, permissions } = context;
  if (config !== undefined || permissions !== undefined) {
    settings = {
      config: config === undefined ? settings.config : deepFreeze(config),
      permissions: permissions ?? settings.permissions,
    };
  }
  return freeze(new Context(call, settings));
}

/**
 * Each part is made when it is first asked for, since most calls use none or one. The call stands in a private field,
 * which only these getters can read, and only on what the constructor made.
 */
class Context {
  readonly #call: OpenCall;
  readonly #settings: Settings;
  #log: object | undefined;
  #files: object | undefined;
  #storage: object | undefined;
  #crypto: object | undefined;
  #http: object | undefined;
  #webhooks: object | undefined;
  #oauth: object | undefined;
  #analytics: object | undefined;
  #security: object | undefined;
  #emit: object | undefined;

  constructor(call: OpenCall, current: Settings) {
    this.#call = call;
    this.#settings = current;
  }

  get plugin(): object {
    return plugin;
  }
  get config(): Json {
    return this.#settings.config;
  }
  get log(): object {
    return (this.#log ??= freeze(createLog(this.#call)));
  }
  get files(): object {
    return (this.#files ??= createFiles(this.#call, this.#call.fileSize));
  }
  get storage(): object {
    return (this.#storage ??= createStorage(this.#call));
  }
  get crypto(): object {
    return (this.#crypto ??= createCrypto(this.#call, this.#settings.permissions));
  }
  get http(): object {
    return (this.#http ??= createHttp(this.#call));
  }
  get webhooks(): object {
    return (this.#webhooks ??= createWebhooks(this.#call));
  }
  get oauth(): object {
    return (this.#oauth ??= createOauth(this.#call));
  }
  get analytics(): object {
    return (this.#analytics ??= createAnalytics(this.#call));
  }
  get security(): object {
    return (this.#security ??= createSecurity(this.#call));
  }
  get emit(): object {
    return (this.#emit ??= createEmit(this.#call));
  }
}

// Plugin code gets at the getters through an instance: it finds nothing there to change, and no way to make another one.
delete (Context.prototype as { constructor?: unknown }).constructor;
for (const key of ownKeys(Context.prototype)) {
  const getter = getOwnPropertyDescriptor(Context.prototype, key)?.get;
  if (getter === undefined) continue;
  // For `for … in` and consoles, as own properties would be.
  Object.defineProperty(Context.prototype, key, { get: freeze(getter), enumerable: true, configurable: false });
}
freeze(Context.prototype);

function createEmit(call: OpenCall): object {
  return sealed(async (hook: unknown, payload: unknown): Promise<Json> => {
    const args = `{"hook":${text(hook, 'The hook')},"payload":${json(payload, 'The payload')}}`;
    return (await callHost(call, 'emit', args)).value;
  });
}

function deepFreeze(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (isArray(value)) {
    for (let index = 0; index < value.length; index += 1) deepFreeze(value[index] as Json); // within its length
  } else {
    const names = keys(value);
    const object = value as { readonly [key: string]: Json }; // not an array
    for (let index = 0; index < names.length; index += 1) deepFreeze(object[names[index] as string] as Json); // own keys
  }
  return freeze(value);
}
