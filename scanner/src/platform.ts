import semver from 'semver';
import type { Manifest } from '@proofpix/contract/manifest';

/** What `proofpixVersion` and `nodeVersion` of a manifest are compared with. */
export const platform = {
  proofpix: '1.0.0',
  /** Plugins run in the Node that runs the server. */
  node: process.versions.node,
} as const;

/** Whether a plugin is for this platform, by what its manifest says. */
export function runsHere({ proofpixVersion, nodeVersion }: Pick<Manifest, 'proofpixVersion' | 'nodeVersion'>): boolean {
  const holds = (version: string, range: string | undefined) => range === undefined || semver.satisfies(version, range);
  return holds(platform.proofpix, proofpixVersion) && holds(platform.node, nodeVersion);
}
