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
import { freeze, isArray, keys, sealed } from './intrinsics.ts';

export type OpenCall = Caller & LogTarget;

let plugin: { id: string; version: string } = { id: '', version: '' };

export function setPlugin(id: string, version: string): void {
  plugin = freeze({ id, version });
}

/** `ctx` of one call: what sdk/src/context.ts describes. Every function names the call it belongs to. */
export function createContext(call: OpenCall, context: CallBody['context']): object {
  return freeze({
    plugin,
    config: deepFreeze(context.config),
    log: freeze(createLog(call)),
    files: createFiles(call, context.file === null ? null : context.file.size),
    storage: createStorage(call),
    crypto: createCrypto(call, context.permissions),
    http: createHttp(),
    webhooks: createWebhooks(call),
    oauth: createOauth(call),
    analytics: createAnalytics(call),
    security: createSecurity(call),
    emit: sealed(async (hook: unknown, payload: unknown): Promise<Json> => {
      const args = `{"hook":${text(hook, 'The hook')},"payload":${json(payload, 'The payload')}}`;
      return (await callHost(call, 'emit', args)).value;
    }),
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
