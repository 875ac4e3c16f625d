import type { Plugin } from '@proofpix/contract/api/plugins';
import type { Permission } from '@proofpix/contract/permissions';
import type { Package } from '@proofpix/scanner/package';
import type { Actor } from './parts.ts';

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
  /** Under which the work can be followed. */
  jobId?: string;
};

/** `unchanged`: the same package was installed already, nothing was done. */
export type Installed = { outcome: 'installed' | 'updated' | 'unchanged'; plugin: Plugin };

export const installJob = 'install';

/** A package on its way to become an installation. */
export type InstallStep = {
  request: InstallRequest;
  read: Package;
  jobId: string;
  /** Ends when the archive is on disk; the plugin is loaded meanwhile, from memory. */
  stored: Promise<unknown>;
};

/** Whether the plugin is to run when the install is done: an update of a loaded one always is. */
export function willLoad(request: Pick<InstallRequest, 'autoLoad'>, before: { state: string } | undefined): boolean {
  return request.autoLoad === true || before?.state === 'loaded';
}
