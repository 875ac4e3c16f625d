import type { HostCallName } from '@proofpix/contract/host-calls';
import { callHost, type Caller } from '../host-calls.ts';
import { freeze, sealed } from '../intrinsics.ts';
import { number, optional, text } from './arguments.ts';

export function createAnalytics(call: Caller): object {
  const send = async (host: HostCallName, name: unknown, rest: string): Promise<void> => {
    await callHost(call, host, `{"name":${text(name, 'The name')}${rest}}`);
  };
  return freeze({
    count: sealed(async (name: unknown, by?: unknown) => send('analytics.count', name, optional('by', by, number))),
    time: sealed(async (name: unknown, milliseconds: unknown) =>
      send('analytics.time', name, `,"milliseconds":${number(milliseconds, 'milliseconds')}`),
    ),
    track: sealed(async (name: unknown, value?: unknown) =>
      send('analytics.track', name, optional('value', value, text)),
    ),
  });
}
