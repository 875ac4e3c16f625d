import type { Keys } from '../../keys.ts';

/** What is sealed here. The words stand in db/sealed-columns.ts too, for a change of the master key. */
type Sealed = 'oauth-client-secret' | 'oauth-verifier' | 'oauth-access-token' | 'oauth-refresh-token';
export type ProviderOf = { organisationId: string; providerId: string };

export function sealText(keys: Keys, what: Sealed, provider: ProviderOf, text: string): Uint8Array {
  return keys.seal(Buffer.from(text), purpose(what, provider));
}

export function openText(keys: Keys, what: Sealed, provider: ProviderOf, sealed: Uint8Array): string {
  return Buffer.from(keys.open(sealed, purpose(what, provider))).toString();
}

function purpose(what: Sealed, { organisationId, providerId }: ProviderOf): string {
  return `${what}\n${organisationId}\n${providerId}`;
}
