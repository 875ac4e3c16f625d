import { Problem } from '@proofpix/contract/errors';
import type { GuardedClient } from '@proofpix/host/http/guarded-client';
import { OutgoingError } from '@proofpix/host/http/outgoing-error';
import { isIP } from 'node:net';

/**
 * Judges an address by its text alone, when it is registered. What its name points at is judged at each attempt: a look
 * now would prove nothing about later, and would tell whoever registers names which of them exist in our network.
 * @throws Problem webhook_address_refused
 */
export async function checkAddress(client: GuardedClient, url: string): Promise<void> {
  let allowed = false;
  try {
    // Says no in any case, so that nothing is looked up.
    await client.check(url, (hostname, port, operatorAllows) => {
      allowed =
        operatorAllows || (port === 443 && url.startsWith('https:') && isIP(hostname.replace(/^\[|\]$/g, '')) === 0);
      return false;
    });
  } catch (error) {
    if (!(error instanceof OutgoingError)) throw error;
    if (!allowed) throw new Problem('webhook_address_refused', error.hint || undefined);
  }
}
