/**
 * One for each provider. A provider that answers with the code of another one (mix-up) sends it to its own address, where
 * the state of the other does not count. Never from a request: a forged Host would send codes elsewhere.
 */
export function redirectUri(ownUrl: () => string, providerId: string): string {
  return ownUrl() + callbackPath(providerId);
}

export function callbackPath(providerId: string): string {
  return `/api/oauth/callback/${providerId}`;
}
