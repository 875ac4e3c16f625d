import type { Plugin } from '@proofpix/contract/api/plugins';
import type { Permission } from '@proofpix/contract/permissions';
import type { Actor, PluginParts } from './parts.ts';

export type InstallRequest = {
  organisationId: string;
  actor: Actor;
  /** The archive as it was received. */
  archive: Uint8Array;
  fileName?: string;
  /** Uploads: 'upload' and 'local'. First-party: 'bundled' and 'proofpix'. */
  source: 'upload' | 'bundled';
  publisher: string;
  /** What to grant; "requested" is all that the manifest asks for. Left out: nothing is decided. */
  grants?: 'requested' | readonly Permission[];
  autoLoad?: boolean;
  /** Allows other content under a version that is installed already, and marks the plugin. */
  development?: boolean;
};

/** `unchanged`: the same package was installed already, nothing was done. */
export type Installed = { outcome: 'installed' | 'updated' | 'unchanged'; plugin: Plugin };

/**
 * The one intake of packages: uploads, the marketplace and the first start all come through here. A failure leaves
 * nothing behind: no rows, no object, no runner.
 * @throws Problem
 */
export async function installPlugin(_parts: PluginParts, _request: InstallRequest): Promise<Installed> {
  throw new Error('replaced by the implementation');
}
