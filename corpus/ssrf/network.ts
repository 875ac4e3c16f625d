import { createServer } from 'node:http';
import { BlockList, isIP, type Socket } from 'node:net';
import { duplexPair } from 'node:stream';
import type { Address } from '@proofpix/host/http/addresses';
import type { Destination } from '@proofpix/host/http/connect';

/** What is not the public internet, written down a second time: a rule is not judged by itself. */
const inside = { ipv4: new BlockList(), ipv6: new BlockList() };
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  inside.ipv4.addSubnet(network, bits, 'ipv4');
}
for (const [network, bits] of [
  ['::', 3],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['4000::', 2],
  ['8000::', 1],
] as const) {
  inside.ipv6.addSubnet(network, bits, 'ipv6');
}

const publicAddress = '93.184.215.14';
const insideAddress = '10.0.0.1';
/** Services that answer for names which hold an address, as they really do. */
const wildcardNames = /(?:^|\.)(?:nip\.io|sslip\.io|xip\.io)$/;
const loopbackNames = /(?:^|\.)(?:localtest\.me|lvh\.me|vcap\.me|lacolhost\.com|fbi\.com|yoogle\.com)$/;
/** Endings that the public internet has; every other name is one that only somebody's own network knows. */
const publicEnding = /\.(?:com|org|net|io|dev|app|info|eu|[a-z]{2}|xn--[a-z0-9-]+)$/;

function tableAnswer(hostname: string): string {
  if (wildcardNames.test(hostname)) {
    const [, dotted] = /(?:^|[.-])(\d{1,3}(?:[.-]\d{1,3}){3})\./.exec(hostname) ?? [];
    return dotted?.replaceAll('-', '.') ?? '127.0.0.1';
  }
  if (loopbackNames.test(hostname)) return '127.0.0.1';
  return publicEnding.test(hostname) ? publicAddress : insideAddress;
}

export type Network = {
  resolve: (hostname: string) => Promise<Address[]>;
  dial: (destination: Destination) => Promise<Socket>;
  lookups: number;
  dialled: string[];
  /** An address was dialled that is not public. */
  reached: boolean;
};

/**
 * An internet in memory: nothing is looked up or dialled. Names are answered from the entry's list, one after the other,
 * then from a table; whatever is dialled answers with the entry's redirects, one after the other, then with a page.
 */
export function createNetwork({ dns = [], redirects = [] }: { dns?: string[][]; redirects?: string[] }): Network {
  const addresses = [...dns];
  let asked: string | undefined;
  let answered = 0;
  const server = createServer((_request, response) => {
    const location = redirects[answered];
    answered += 1;
    if (location !== undefined) response.writeHead(302, { location: Buffer.from(location).toString('latin1') });
    response.end('a page');
  });
  const network: Network = {
    lookups: 0,
    dialled: [],
    reached: false,
    async resolve(hostname) {
      network.lookups += 1;
      asked ??= hostname;
      const own = hostname === asked ? (addresses.length > 1 ? addresses.shift() : addresses[0]) : undefined;
      return (own ?? [tableAnswer(hostname)]).map((address) => ({ address, family: isIP(address) === 6 ? 6 : 4 }));
    },
    async dial({ address: { address, family } }) {
      network.dialled.push(address);
      const kind = family === 6 ? 'ipv6' : 'ipv4';
      network.reached ||= inside[kind].check(address, kind);
      const [near, far] = duplexPair();
      server.emit('connection', far);
      return near as Socket; // the client reads and writes it like one
    },
  };
  return network;
}
