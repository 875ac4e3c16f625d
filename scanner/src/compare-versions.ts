import semver from 'semver';

/** Negative when the first is older, 0 when they rank the same, positive when it is newer. Both are valid versions. */
export function compareVersions(a: string, b: string): number {
  return semver.compare(a, b);
}

/**
 * What lies between a version and a newer one; null where it is not newer. What stands behind a `+` makes none newer, and
 * nobody who runs a finished version is given an unfinished one.
 */
export function stepBetween(from: string, to: string): 'patch' | 'minor' | 'major' | null {
  const [before, after] = [semver.parse(from), semver.parse(to)];
  if (before === null || after === null || semver.compare(after, before) <= 0) return null;
  if (after.prerelease.length > 0 && before.prerelease.length === 0) return null;
  if (after.major !== before.major) return 'major';
  return after.minor === before.minor ? 'patch' : 'minor';
}
