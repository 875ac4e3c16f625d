import { lookup, Resolver } from 'node:dns/promises';
import type { Address } from './addresses.ts';

export type Resolve = (hostname: string) => Promise<readonly Address[]>;

/**
 * All addresses of a name that a tenant chose. Not by the system's own function: that takes one of the few threads on
 * which this server reads its files, for as long as a stranger's name server likes; and it also looks into the search
 * domains of this network.
 */
export const resolvePublic: Resolve = async (hostname) => {
  const resolver = new Resolver({ timeout: 2_500, tries: 2 });
  const [four, six] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
  const found: Address[] = [
    ...(four.status === 'fulfilled' ? four.value : []).map((address) => ({ address, family: 4 as const })),
    ...(six.status === 'fulfilled' ? six.value : []).map((address) => ({ address, family: 6 as const })),
  ];
  if (found.length === 0 && four.status === 'rejected') throw four.reason;
  return found;
};

/** A name that the operator wrote into OUTGOING_ALLOW: as this machine knows it, /etc/hosts included. */
export const resolveInside: Resolve = async (hostname) =>
  (await lookup(hostname, { all: true, order: 'verbatim' })).map(({ address, family }) => ({
    address,
    family: family === 6 ? 6 : 4,
  }));
