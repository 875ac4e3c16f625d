import type { Permission } from '@proofpix/contract/permissions';

/** The installations that the host knows, with the grants that are in force at this moment. */
export type Installations = {
  /** Replaced right after the decision is committed; the host asks at every host call. */
  setGrants(installationId: string, grants: ReadonlySet<Permission>): void;
};
