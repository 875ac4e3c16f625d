import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import type { HostCall } from './host-call.ts';

export const sendWebhook: HostCall<'webhooks.send'> = async (
  { type, data, endpoint },
  { installation, capabilities },
) => {
  if (Buffer.byteLength(JSON.stringify(data)) > limits.webhookDataBytes) {
    throw new Problem(
      'host_call_invalid',
      `The data of a message must be at most ${limits.webhookDataBytes / 1024} kB.`,
    );
  }
  return { value: await capabilities.webhooks.send(installation, { type, data, endpoint }) };
};
