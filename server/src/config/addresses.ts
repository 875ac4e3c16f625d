import { resolve } from 'node:path';
import { OperatorError } from '../operator-error.ts';

/** @throws OperatorError that names the variable */
export function origin(name: string, text: string): string {
  const url = URL.parse(text);
  if (
    url &&
    /^https?:$/.test(url.protocol) &&
    url.pathname === '/' &&
    url.search === '' &&
    url.hash === '' &&
    url.username === ''
  ) {
    return url.origin;
  }
  throw new OperatorError(`${name} must be like https://proofpix.example.org, without a path, not "${text}".`);
}

/** Without TLS only on this machine: what is installed from it is signed, and who asks for what is nobody else's business. */
export function marketplaceOf(
  url: string | undefined,
  rootFile: string | undefined,
): Readonly<{ url: string; rootFile: string | undefined }> | undefined {
  if (url === undefined) {
    if (rootFile === undefined) return undefined;
    throw new OperatorError('MARKETPLACE_ROOT is the root of another marketplace: it needs MARKETPLACE_URL.');
  }
  const named = origin('MARKETPLACE_URL', url);
  const { protocol, hostname } = new URL(named);
  if (protocol !== 'https:' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname))
    throw new OperatorError(`MARKETPLACE_URL must begin with https:// unless it is on this machine, not "${url}".`);
  return { url: named, rootFile: rootFile === undefined ? undefined : resolve(rootFile) };
}

/** As requests have it here: in lower case. @throws OperatorError that names the variable */
export function headerName(name: string, text: string): string {
  if (/^[a-z][a-z0-9-]{0,63}$/i.test(text)) return text.toLowerCase();
  throw new OperatorError(`${name} must be the name of a header, such as cf-ipcountry, not "${text}".`);
}
