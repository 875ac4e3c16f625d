import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import type { HostCall } from './host-call.ts';

export const sendWebhook: HostCall<'webhooks.send'> = async (
  { type, data, endpoint },
  { installation, capabilities, violation },
) => {
  if (Buffer.byteLength(JSON.stringify(data)) > limits.webhookDataBytes) {
    throw new Problem(
      'host_call_invalid',
      `The data of a message must be at most ${limits.webhookDataBytes / 1024} kB.`,
    );
  }
  try {
    return { value: await capabilities.webhooks.send(installation, { type, data, endpoint }) };
  } catch (error) {
    if (error instanceof Problem && error.code === 'host_call_limit') {
      const evidence = { hostCall: 'webhooks.send', type };
      violation({ type: 'host_call_limit', detail: error.detail ?? 'Sent too many messages.', evidence });
    }
    throw error;
  }
};
