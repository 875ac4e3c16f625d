import { limits } from '@proofpix/contract/limits';
import { OutgoingError } from './outgoing-error.ts';
import type { HeaderPairs } from './request.ts';

/** They frame the message or steer connections and proxies: what one side believes and the other does not is an attack. */
const ours = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'upgrade',
  'keep-alive',
  'te',
  'trailer',
  'expect',
  'http2-settings',
]);
const token = /^[!#$%&'*+.^_`|~0-9a-z-]{1,200}$/;

/** Lower-case names. @throws OutgoingError `invalid` */
export function checkHeaders(headers: HeaderPairs): [string, string][] {
  if (headers.length > limits.httpHeaders) throw invalid(`A request can have ${limits.httpHeaders} headers.`);
  let size = 0;
  return headers.map(([given, value]) => {
    const name = given.toLowerCase();
    if (!token.test(name)) throw invalid('The name of a header has characters that it cannot have.');
    if (ours.has(name) || name.startsWith('proxy-')) throw invalid(`The header ${name} cannot be set.`);
    // A line break would begin a header, or a request, of its own.
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
      throw invalid(`The value of the header ${name} has characters that it cannot have.`);
    }
    size += name.length + value.length;
    if (size > limits.httpHeaderBytes) throw invalid(`Headers can have ${limits.httpHeaderBytes} bytes together.`);
    return [name, value];
  });
}

function invalid(hint: string): OutgoingError {
  return new OutgoingError('invalid', hint, { hint });
}
