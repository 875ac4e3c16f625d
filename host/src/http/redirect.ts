import { OutgoingError } from './outgoing-error.ts';
import { readLocation } from './read-url.ts';
import type { Hop, OutgoingAnswer } from './request.ts';
import { valueOf } from './exchange.ts';

const redirects = new Set([301, 302, 303, 307, 308]);
/** Never sent to somebody else; the names are those of `fetch`, and some that hold keys by custom. */
const credentials = new Set(['authorization', 'cookie', 'x-api-key', 'api-key', 'x-auth-token', 'private-token']);
const ofBody = /^content-/;

/** The next hop by the rules of `fetch`, or null where the answer is no redirect. @throws OutgoingError */
export function nextHop(hop: Hop, answer: OutgoingAnswer, maxRedirects: number): Hop | null {
  const location = valueOf(answer.headers, 'location');
  if (!redirects.has(answer.status) || location === undefined || maxRedirects === 0) return null;
  if (hop.redirects >= maxRedirects)
    throw new OutgoingError('failed', 'There are too many redirects.', { hint: 'There are too many redirects.' });
  const { url } = readLocation(location, hop.url);
  const { status } = answer;
  const becomesGet =
    (status === 303 && hop.method !== 'GET' && hop.method !== 'HEAD') ||
    ((status === 301 || status === 302) && hop.method === 'POST');
  const foreign = hop.foreign || url.origin !== hop.url.origin;
  return {
    url,
    method: becomesGet ? 'GET' : hop.method,
    headers: hop.headers.filter(([name]) => !(becomesGet && ofBody.test(name)) && !(foreign && credentials.has(name))),
    body: becomesGet ? null : hop.body,
    foreign,
    redirects: hop.redirects + 1,
  };
}
