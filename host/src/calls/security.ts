import { limits } from '@proofpix/contract/limits';
import type { HostCall } from './host-call.ts';

export const report: HostCall<'security.report'> = async (args, { installation, capabilities }) => {
  await capabilities.security.report(installation, args);
  return { value: null };
};

export const listEvents: HostCall<'security.events'> = async (
  { limit = limits.securityEventsListed, before },
  { installation, capabilities },
) => ({ value: { events: await capabilities.security.events(installation, { limit, before }) } });
