import type { GuardedClient } from '@proofpix/host/http/guarded-client';
import { OutgoingError } from '@proofpix/host/http/outgoing-error';

/** Why nothing came of a request, in words that may be shown. */
export class Unreachable extends Error {}

/** A file of the marketplace; null: it has none. @throws Unreachable */
export type Get = (path: string, how: { maxBytes: number; timeoutMilliseconds?: number }) => Promise<Uint8Array | null>;

/** The operator named the address: that host, that port, and never where it sends us to. */
export function askMarketplace(client: GuardedClient, url: string, signal: AbortSignal): Get {
  return async (path, { maxBytes, timeoutMilliseconds = 10_000 }) => {
    const answer = await client
      .request({
        url: `${url}${path}`,
        method: 'GET',
        allowHost: (_hostname, _port, operatorAllows) => operatorAllows,
        timeoutMilliseconds,
        maxResponseBytes: maxBytes,
        maxRedirects: 0,
        signal,
      })
      .catch((error: unknown) => {
        if (!(error instanceof OutgoingError)) throw error;
        throw new Unreachable(error.hint === '' ? error.message : error.hint, { cause: error });
      });
    if (answer.status === 404) return null;
    if (answer.status !== 200) throw new Unreachable(`It answered with status ${answer.status}.`);
    return answer.body;
  };
}
