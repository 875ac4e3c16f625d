import { callHost, type Caller } from '../host-calls.ts';
import { freeze, sealed } from '../intrinsics.ts';
import { json, optional, text } from './arguments.ts';

export function createWebhooks(call: Caller): object {
  return freeze({
    send: sealed(async (type: unknown, data: unknown, options?: { endpoint?: unknown }) => {
      const rest = optional('endpoint', options?.endpoint, text);
      const args = `{"type":${text(type, 'The type')},"data":${json(data, 'The data')}${rest}}`;
      return (await callHost(call, 'webhooks.send', args)).value;
    }),
  });
}
