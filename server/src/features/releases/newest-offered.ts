import { compareVersions } from '@proofpix/scanner/compare-versions';
import { runsHere } from '@proofpix/scanner/platform';
import type { ReleaseRow } from './queries.ts';

type Offerable = Pick<ReleaseRow, 'version' | 'channel' | 'yanked_at' | 'manifest'>;

/** The newest that is finished, not yanked, and runs on this server. */
export function newestOffered<Row extends Offerable>(rows: readonly Row[]): Row | undefined {
  return rows.filter(isOffered).sort((one, other) => compareVersions(other.version, one.version))[0];
}

/** What somebody who has this version should go to: the nearest newer one, or the nearest older where there is none. */
export function nearestSafe<Row extends Offerable>(
  rows: readonly Row[],
  version: string,
  isKilled: (row: Row) => boolean,
): string | null {
  const safe = rows.filter((row) => isOffered(row) && row.version !== version && !isKilled(row));
  const newer = safe.filter((row) => compareVersions(row.version, version) > 0);
  const byDistance = (one: Row, other: Row) => compareVersions(one.version, other.version);
  return (newer.sort(byDistance)[0] ?? safe.sort(byDistance).at(-1))?.version ?? null;
}

function isOffered({ channel, yanked_at, manifest }: Offerable): boolean {
  return channel === 'stable' && yanked_at === null && runsHere(manifest);
}
