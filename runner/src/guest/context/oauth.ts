import { callHost, type Caller } from '../host-calls.ts';
import { freeze, sealed } from '../intrinsics.ts';
import { text } from './arguments.ts';

export function createOauth(call: Caller): object {
  return freeze({
    token: sealed(
      async (provider: unknown) =>
        (await callHost(call, 'oauth.token', `{"provider":${text(provider, 'The provider')}}`)).value,
    ),
  });
}
