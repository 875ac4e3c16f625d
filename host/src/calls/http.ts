import { Problem } from '@proofpix/contract/errors';
import type { HostCall } from './host-call.ts';

export const request: HostCall<'http.request'> = async () => {
  throw new Problem('host_call_unavailable');
};
