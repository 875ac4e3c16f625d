import type { HostCall } from './host-call.ts';

export const readToken: HostCall<'oauth.token'> = async ({ provider }, { installation, capabilities }) => ({
  value: await capabilities.oauth.token(installation, provider),
});
