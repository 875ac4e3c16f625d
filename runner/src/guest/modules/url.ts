import { URL } from '../url.ts';
import { URLSearchParams } from '../search-params.ts';

/** A legacy function over the standard parser: `url.format(new URL(…))`. */
export function format(address: unknown): string {
  return new URL(address).href;
}

export function resolve(from: unknown, to: unknown): string {
  return new URL(to, from).href;
}

export function domainToASCII(domain: unknown): string {
  return URL.parse(`ws://${String(domain)}`)?.hostname ?? '';
}

export { URL, URLSearchParams };
// Plugins write `import url from 'url'` and `require('url')`: both get this object.
export default { URL, URLSearchParams, format, resolve, domainToASCII };
