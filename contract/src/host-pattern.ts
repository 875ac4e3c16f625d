/**
 * One entry of `hosts` in a manifest: `api.example.org`, `*.example.org` (its subdomains, not itself), and with a port
 * where it is not 443: `example.org:8443`.
 */
export type HostPattern = { name: string; subdomains: boolean; port: number };

const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const usualPort = 443;

/** The pattern, or what is wrong with the text. */
export function readHostPattern(
  text: string,
): { pattern: HostPattern; error: null } | { pattern: null; error: string } {
  const wrong = (error: string) => ({ pattern: null, error });
  const [, host = '', portText] = /^(.*?)(?::([^:]*))?$/.exec(text) ?? [];
  if (text.includes('/') || text.includes('@')) return wrong('must be a host name alone, without https:// and path');
  if (text.includes('[') || text.split(':').length > 2) return wrong('must be a host name, not an address');
  if (portText !== undefined && !(/^[1-9]\d{0,4}$/.test(portText) && Number(portText) <= 65_535)) {
    return wrong('has a port that is not a number from 1 to 65535');
  }
  const subdomains = host.startsWith('*.');
  const name = subdomains ? host.slice(2) : host;
  if (name.includes('*')) return wrong('may have a * only in front, as in *.example.org');
  // Letters beyond a-z have one form on the wire: what an admin reads here must be what is connected to.
  // eslint-disable-next-line no-control-regex
  if (/[^\x00-\x7f]/.test(name)) {
    const ascii = URL.parse(`https://${name}`)?.hostname;
    return wrong(`must be in its ASCII form${ascii === undefined ? '' : `: ${subdomains ? '*.' : ''}${ascii}`}`);
  }
  if (name !== name.toLowerCase()) return wrong('must be in lower case');
  if (name.endsWith('.')) return wrong('must not end with a dot');
  const labels = name.split('.');
  if (name.length > 253 || !labels.every((part) => label.test(part))) {
    return wrong('must be a host name such as api.example.org');
  }
  if (labels.length < 2) return wrong('must have a domain, as in api.example.org');
  // Reads as a number to a URL parser: 10.0.0.1, 0x7f.1.
  if (/^(\d+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? '')) return wrong('must be a host name, not an address');
  if (URL.parse(`https://${name}`)?.hostname !== name) return wrong('is not a valid international host name');
  return { pattern: { name, subdomains, port: portText === undefined ? usualPort : Number(portText) }, error: null };
}

/** `hostname` as a URL has it: lower case, punycode. */
export function matchesHost({ name, subdomains, port }: HostPattern, hostname: string, wanted: number): boolean {
  if (wanted !== port) return false;
  return subdomains ? hostname.length > name.length + 1 && hostname.endsWith(`.${name}`) : hostname === name;
}
