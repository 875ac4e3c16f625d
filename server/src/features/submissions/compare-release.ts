import type { ReleaseDifference } from '@proofpix/contract/api/submissions';
import type { ComponentList } from '@proofpix/contract/dependencies';
import { manifestHooks, type Manifest } from '@proofpix/contract/manifest';
import { compareVersions } from '@proofpix/scanner/compare-versions';
import type { ReleaseRow } from '../releases/queries.ts';

/** The release that a version follows: the newest that is older than it. A yanked one counts: people have it. */
export function previousOf(releases: readonly ReleaseRow[], version: string): ReleaseRow | undefined {
  return releases
    .filter((row) => compareVersions(row.version, version) < 0)
    .sort((one, other) => compareVersions(other.version, one.version))[0];
}

type Parts = { manifest: Manifest; components: ComponentList | null };

export function differenceOf(previous: Parts & { version: string }, now: Parts): ReleaseDifference {
  return {
    since: previous.version,
    permissions: changed(previous.manifest.permissions ?? [], now.manifest.permissions ?? []),
    hosts: changed(previous.manifest.hosts ?? [], now.manifest.hosts ?? []),
    hooks: changed(hookNames(previous.manifest), hookNames(now.manifest)),
    components: changed(componentNames(previous.components), componentNames(now.components)),
  };
}

function hookNames(manifest: Manifest): string[] {
  return manifestHooks(manifest).map(({ name }) => name);
}

function componentNames(list: ComponentList | null): string[] {
  return (list?.components ?? []).map(({ name, version }) => (version === null ? name : `${name}@${version}`));
}

function changed<Item>(before: readonly Item[], now: readonly Item[]): { added: Item[]; removed: Item[] } {
  return {
    added: now.filter((item) => !before.includes(item)),
    removed: before.filter((item) => !now.includes(item)),
  };
}
