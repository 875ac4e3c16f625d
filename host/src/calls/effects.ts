import type { HostCallArgs, HostCallName } from '@proofpix/contract/host-calls';

type Effects = { readonly [Name in HostCallName]: boolean | ((args: HostCallArgs<Name>) => boolean) };

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * What stays in the world outside: done a second time, it is there twice. Derived files are not: those of a first attempt
 * are forgotten. Log lines say what happened, and both attempts did.
 */
const effects: Effects = {
  log: false,
  emit: true,
  'files.read': false,
  'files.write': false,
  'storage.get': false,
  'storage.set': true,
  'storage.delete': true,
  'storage.list': false,
  'crypto.digest': false,
  'crypto.attest': false,
  'http.request': ({ method }) => !safeMethods.has(method),
  'webhooks.send': true,
  'oauth.token': false,
  'analytics.count': true,
  'analytics.time': true,
  'analytics.track': true,
  'security.report': true,
  'security.events': false,
};

/** Whether a call that did this must not be called again. */
export function hasEffect(name: HostCallName, args: never): boolean {
  // Arguments of no one call in particular: checking them against all at once would cost the type checker seconds.
  const effect: boolean | ((args: never) => boolean) = effects[name];
  return typeof effect === 'function' ? effect(args) : effect;
}
