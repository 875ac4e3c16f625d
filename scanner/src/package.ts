import type { Manifest } from '@proofpix/contract/manifest';

/** A package that was read and accepted: archive policy, structure and manifest. */
export type Package = {
  format: 'zip' | 'tar.gz';
  /** By path inside the package, the one top folder taken off where there is one. */
  files: ReadonlyMap<string, Uint8Array>;
  manifest: Manifest;
  /** Path of the main file. */
  main: string;
  /** Identity: SHA-256 of the canonical listing; the same for ZIP and TAR.GZ. */
  digest: string;
  /** SHA-256 of the archive as received. */
  archiveDigest: string;
  /** Bytes of all files together. */
  size: number;
  readme: string | null;
  warnings: string[];
};
