import { manifestLimits } from '@proofpix/contract/limits';
import type { Manifest } from '@proofpix/contract/manifest';
import { limitNames, type LimitInForce, type LimitName, type OrganisationLimits } from '@proofpix/contract/receipts';

/** The operator's ceilings, which hold for every organisation. */
export type ServerLimits = Readonly<Record<LimitName, number>>;

/**
 * What organisations and the server allow plugins at most. Kept in memory, because the host asks at every call: a change
 * holds for the very next one, and for memory from the next start of a process, since the kernel's limit cannot be
 * raised again.
 */
export type PluginLimits = {
  server: ServerLimits;
  ofOrganisation(organisationId: string): OrganisationLimits;
  set(organisationId: string, limits: OrganisationLimits): void;
  /** The lower of both. */
  ceiling(organisationId: string): ServerLimits;
  /** Changes of one organisation come one after the other, so that the last one written is the one in force. */
  inOrder<Result>(organisationId: string, change: () => Promise<Result>): Promise<Result>;
};

export function createPluginLimits(server: ServerLimits): PluginLimits {
  const organisations = new Map<string, OrganisationLimits>();
  const ceilings = new Map<string, ServerLimits>();
  const changes = new Map<string, Promise<unknown>>();
  return {
    server,
    ofOrganisation: (organisationId) => organisations.get(organisationId) ?? {},
    set(organisationId, limits) {
      organisations.set(organisationId, limits);
      ceilings.set(organisationId, {
        memory: Math.min(server.memory, limits.memory ?? Infinity),
        timeout: Math.min(server.timeout, limits.timeout ?? Infinity),
        cpu: Math.min(server.cpu, limits.cpu ?? Infinity),
        requestsPerMinute: Math.min(server.requestsPerMinute, limits.requestsPerMinute ?? Infinity),
      });
    },
    ceiling: (organisationId) => ceilings.get(organisationId) ?? server,
    async inOrder(organisationId, change) {
      const mine = (changes.get(organisationId) ?? Promise.resolve()).then(change);
      const settled = mine.catch(() => {});
      changes.set(organisationId, settled);
      try {
        return await mine;
      } finally {
        if (changes.get(organisationId) === settled) changes.delete(organisationId);
      }
    },
  };
}

const units = {
  memory: 'MB',
  timeout: 'ms',
  cpu: 'ms',
  requestsPerMinute: 'requests per minute',
} as const satisfies Record<LimitName, LimitInForce['unit']>;

/** manifest ≤ organisation ≤ server, for people. The host applies the same rule by itself. */
export function limitsInForce(
  manifest: Pick<Manifest, 'limits'>,
  limits: PluginLimits,
  organisationId: string,
): LimitInForce[] {
  const organisation = limits.ofOrganisation(organisationId);
  const ceiling = limits.ceiling(organisationId);
  return limitNames.map((limit) => {
    const usual = manifestLimits[limit].default;
    const asked = manifest.limits?.[limit] ?? null;
    return {
      limit,
      unit: units[limit],
      asked,
      usual,
      organisation: organisation[limit] ?? null,
      server: limits.server[limit],
      inForce: Math.max(manifestLimits[limit].minimum, Math.min(asked ?? usual, ceiling[limit])),
    };
  });
}
