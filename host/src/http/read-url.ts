import { isIP } from 'node:net';
import { limits } from '@proofpix/contract/limits';
import { OutgoingError, shownUrl } from './outgoing-error.ts';

/**
 * Top-level names that mean something inside of a network, or nothing: they are never looked up for a tenant. A resolver
 * of a company may answer for them, and its answers would say which names exist.
 */
const insideNames = new Set(
  'localhost local localdomain internal intranet private corp home lan mail svc consul test invalid onion alt arpa'.split(
    ' ',
  ),
);

export type Target = { url: URL; hostname: string; port: number };

/**
 * Reads an address strictly: parsers differ about odd forms, and each difference is a way past a check. What is refused
 * here is refused before anything is looked up. @throws OutgoingError
 */
export function readUrl(text: string): Target {
  if (text.length > limits.httpUrlChars) throw invalid(`The address is over ${limits.httpUrlChars} characters.`);
  // Parsers drop tabs and line breaks, and take backslashes for slashes.
  // eslint-disable-next-line no-control-regex
  if (/[\x00-\x20\x7f-\xa0\\\u2028\u2029]/.test(text) || !text.isWellFormed()) {
    throw blocked('The address has characters that an address cannot have.');
  }
  const [, scheme = '', authority = ''] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]+)/i.exec(text) ?? [];
  if (!/^https?$/i.test(scheme)) throw blocked('The address must begin with https://.');
  if (authority.includes('@')) throw blocked('The address must not hold credentials.');
  if (authority.includes('%')) throw blocked('The host must not be percent-encoded.');
  // Look-alikes of letters, digits and dots: what a person reads must be what is connected to.
  if (authority.toLowerCase().normalize('NFKC') !== authority.toLowerCase()) {
    throw blocked('The host has look-alike characters.');
  }
  // Joiners, marks of direction and soft hyphens: invisible, and dropped by some.
  if (/[\p{Cf}\p{Zs}]/u.test(authority)) throw blocked('The host has invisible characters.');
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '') throw blocked('The address cannot be read.');
  const { hostname } = url;
  const given = authority.replace(/:\d*$/, '').toLowerCase();
  // 0x7f.1, 0177.0.0.1, 2130706433: one address in many forms.
  if (isIP(hostname) === 4 && given !== hostname) throw blocked('An address must be written as four decimal numbers.');
  url.hash = '';
  return { url, hostname, port: portOf(url) };
}

/** Where a redirect leads. @throws OutgoingError */
export function readLocation(location: string, from: URL): Target {
  const url = URL.parse(location, from);
  if (url === null) throw new OutgoingError('failed', 'The answer redirects to nowhere.', { url: shownUrl(from) });
  return readUrl(url.href);
}

export function portOf(url: URL): number {
  return url.port !== '' ? Number(url.port) : url.protocol === 'https:' ? 443 : 80;
}

/** A name that may be looked up for anybody. Not asked for what the operator allows. @throws OutgoingError */
export function refuseInsideName({ url, hostname }: Target): void {
  if (hostname.startsWith('[') || isIP(hostname) !== 0) return;
  const labels = hostname.split('.');
  if (hostname.endsWith('.')) throw blocked('The host must not end with a dot.', url);
  const good = labels.every((part) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(part)) && hostname.length <= 253;
  if (!good) throw blocked('This is not a host name.', url);
  if (labels.length < 2 || insideNames.has(labels.at(-1) ?? '')) throw blocked('The host must be a public name.', url);
}

function blocked(hint: string, url?: URL): OutgoingError {
  return new OutgoingError('blocked', hint, { hint, url: url === undefined ? '' : shownUrl(url) });
}

function invalid(hint: string): OutgoingError {
  return new OutgoingError('invalid', hint, { hint });
}
