import semver from 'semver';
import type { Advisory, AdvisoryEvent, AffectedPackage } from './advisory.ts';

/** `unclear`: the versions of the advisory are none that can be compared, or that of the component is not known. */
export type Affects = { affects: 'yes' | 'no' | 'unclear'; fixed: string | null; by: readonly AffectedPackage[] };

/**
 * Whether an advisory speaks of this version of a package, by the algorithm of the OSV schema.
 * @param version null where it is not known: then only what affects every version there is says yes
 */
export function affects(advisory: Advisory, name: string, version: string | null): Affects {
  const own = advisory.affected.filter((one) => one.name === name);
  if (advisory.withdrawn || own.length === 0) return { affects: 'no', fixed: null, by: [] };
  const judged = own.map((one) => ({ one, says: version === null ? judgeAll(one) : judge(one, version) }));
  const by = judged.filter(({ says }) => says.affects === 'yes').map(({ one }) => one);
  const fixes = judged.flatMap(({ says }) => (says.affects === 'yes' && says.fixed !== null ? [says.fixed] : []));
  const fixed = semver.sort(fixes)[0] ?? null;
  if (by.length > 0) return { affects: 'yes', fixed, by };
  return { affects: judged.some(({ says }) => says.affects === 'unclear') ? 'unclear' : 'no', fixed: null, by: [] };
}

type Says = Pick<Affects, 'affects' | 'fixed'>;

function judge({ versions, ranges }: AffectedPackage, version: string): Says {
  if (versions.includes(version)) return { affects: 'yes', fixed: fixedAfter(ranges.flat(), version) };
  let unclear = false;
  for (const events of ranges) {
    const inside = isInside(events, version);
    if (inside === true) return { affects: 'yes', fixed: fixedAfter(events, version) };
    if (inside === null) unclear = true;
  }
  return { affects: unclear ? 'unclear' : 'no', fixed: null };
}

/** For a version that nobody knows. */
function judgeAll({ ranges }: AffectedPackage): Says {
  const all = ranges.some((events) => events.some(isBeginning) && events.every(({ kind }) => kind === 'introduced'));
  return { affects: all ? 'yes' : 'unclear', fixed: null };
}

function isBeginning({ kind, version }: AdvisoryEvent): boolean {
  return kind === 'introduced' && version === '0';
}

/** `null` where a version in it is none. */
function isInside(events: readonly AdvisoryEvent[], version: string): boolean | null {
  const limits: string[] = [];
  const steps: { kind: AdvisoryEvent['kind']; at: string | null }[] = [];
  for (const event of events) {
    if (isBeginning(event)) {
      steps.push({ kind: 'introduced', at: null });
      continue;
    }
    const at = semver.valid(event.version);
    if (at === null && event.kind === 'limit' && event.version === '*') continue;
    if (at === null) return null;
    if (event.kind === 'limit') limits.push(at);
    else steps.push({ kind: event.kind, at });
  }
  if (limits.length > 0 && !limits.some((limit) => semver.lt(version, limit))) return false;
  // What is fixed at the version where it was introduced anew is affected again.
  const order: Record<AdvisoryEvent['kind'], number> = { fixed: 0, introduced: 1, last_affected: 2, limit: 3 };
  steps.sort((a, b) => {
    if (a.at === null || b.at === null) return a.at === b.at ? 0 : a.at === null ? -1 : 1;
    return semver.compare(a.at, b.at) || order[a.kind] - order[b.kind];
  });
  let inside = false;
  for (const { kind, at } of steps) {
    if (kind === 'introduced' && (at === null || semver.gte(version, at))) inside = true;
    else if (kind === 'fixed' && at !== null && semver.gte(version, at)) inside = false;
    else if (kind === 'last_affected' && at !== null && semver.gt(version, at)) inside = false;
  }
  return inside;
}

function fixedAfter(events: readonly AdvisoryEvent[], version: string): string | null {
  const later = events.flatMap((event) => {
    const at = event.kind === 'fixed' ? semver.valid(event.version) : null;
    return at !== null && semver.gt(at, version) ? [at] : [];
  });
  return semver.sort(later)[0] ?? null;
}
