import type { Plugin } from '@proofpix/contract/api/plugins';
import type { Permission } from '@proofpix/contract/permissions';
import type { Package } from '@proofpix/scanner/package';
import type { ScanVerdict } from '@proofpix/contract/scan';
import type { Proof } from '../trust/prove-package.ts';
import type { SignedPackage } from '@proofpix/signatures/verify-signatures';
import type { Actor } from './parts.ts';
import type { UsablePackage } from './read-usable.ts';

export type InstallRequest = {
  organisationId: string;
  actor: Actor;
  /** The archive as it was received; what is kept is another. */
  archive: Uint8Array;
  fileName?: string;
  /**
   * Uploads: 'upload' and 'local'. First-party: 'bundled' and 'proofpix'. Releases: 'marketplace', or that of another server
   * with its host, and whose they are there.
   */
  source: string;
  publisher: string;
  /** What to grant; "requested" is all that the manifest asks for. Left out: nothing is decided. */
  grants?: 'requested' | readonly Permission[];
  refused?: readonly Permission[];
  autoLoad?: boolean;
  /**
   * With `autoLoad`: it can be called at once, and its runner starts with the first call, as after a restart. For our own
   * packages alone, whose tests saw them load: a stranger's that cannot be loaded is refused here and not at a photo.
   */
  startsLater?: boolean;
  /** The content of a file of signatures. */
  signature?: string | undefined;
  /** What a catalog says that the archive holds. */
  expected?: SignedPackage;
  /** Allows other content under a version that is installed already, and marks the plugin. */
  development?: boolean;
  /** Whoever installs it has looked at what was found in it. */
  acceptReview?: boolean;
  /** Nobody asked for it: the reason by the rules for updates. */
  byRule?: string;
  /** Under which the work can be followed. */
  jobId?: string;
};

/** `unchanged`: the same package was installed already. It stays as it is, but for what was granted or refused with it. */
export type Installed = { outcome: 'installed' | 'updated' | 'unchanged'; plugin: Plugin };

export const installJob = 'install';

/** A package on its way to become an installation. */
export type InstallStep = {
  request: InstallRequest;
  read: Package;
  /** What its signature proves; null without one. */
  proof: Proof | null;
  usable: UsablePackage;
  /** Null where it was not scanned. */
  verdict: ScanVerdict | null;
  jobId: string;
  /** Ends when the archive is on disk; the plugin is loaded meanwhile, from memory. */
  stored: Promise<unknown>;
};

/** Whether the plugin is to run when the install is done: an update of a loaded one always is. */
export function willLoad(request: Pick<InstallRequest, 'autoLoad'>, before: { state: string } | undefined): boolean {
  return request.autoLoad === true || before?.state === 'loaded';
}
