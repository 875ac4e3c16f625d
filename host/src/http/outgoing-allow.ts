import { contains, readNetwork, type Network } from './addresses.ts';

/** What the operator lets through although it is not public: for intranets and tests. */
export type OutgoingAllow = {
  /** The host is named, by its name or as an address. Such a one may be asked without TLS. */
  host(hostname: string, port: number): boolean;
  /** The address behind a name may be connected to. */
  address(hostname: string, port: number, address: string): boolean;
};

type Entry = { name: string | null; network: Network | null; port: number | null };

/** One entry of OUTGOING_ALLOW: `wiki.example`, `wiki.example:8080`, `10.1.2.3:80`, `[fd00::1]:80` or `10.0.0.0/8`. */
export function readOutgoingAllowEntry(text: string): Entry | null {
  const whole = readNetwork(text);
  if (whole !== null) return { name: null, network: whole, port: null };
  const [, bracketed, plain = '', portText] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const port = portText === undefined ? null : Number(portText);
  if (port !== null && (port < 1 || port > 65_535)) return null;
  const network = readNetwork(bracketed ?? plain);
  if (network !== null) return { name: null, network, port };
  if (bracketed !== undefined) return null;
  const name = plain.toLowerCase();
  const isName = /^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/.test(name) && name.length <= 253;
  return isName && URL.parse(`http://${name}`)?.hostname === name ? { name, network: null, port } : null;
}

/** @throws Error naming the entry that cannot be read */
export function readOutgoingAllow(texts: readonly string[]): OutgoingAllow {
  const entries = texts.map((text) => {
    const entry = readOutgoingAllowEntry(text);
    if (entry === null) throw new Error(`"${text}" is not a host, an address or a network.`);
    return entry;
  });
  const matches = (port: number, entry: Entry) => entry.port === null || entry.port === port;
  const names = (hostname: string, port: number) =>
    entries.some((entry) => entry.name === hostname && matches(port, entry));
  const holds = (address: string, port: number) =>
    entries.some(
      ({ network, ...entry }) => network !== null && matches(port, { ...entry, network }) && contains(network, address),
    );
  return {
    host: (hostname, port) => names(hostname, port) || holds(hostname.replace(/^\[|\]$/g, ''), port),
    address: (hostname, port, address) => names(hostname, port) || holds(address, port),
  };
}
