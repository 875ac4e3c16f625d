import type { AdvisorySeverity } from '@proofpix/contract/dependencies';
import { isRecord } from '../code/json-record.ts';

/** What is used of a record in the OSV format (https://ossf.github.io/osv-schema/), of its npm packages alone. */
export type Advisory = {
  id: string;
  aliases: readonly string[];
  withdrawn: boolean;
  summary: string;
  /** CVSS vectors. */
  vectors: readonly string[];
  severity: AdvisorySeverity;
  affected: readonly AffectedPackage[];
};

export type AffectedPackage = {
  name: string;
  versions: readonly string[];
  ranges: readonly (readonly AdvisoryEvent[])[];
  vectors: readonly string[];
};

export type AdvisoryEvent = { kind: 'introduced' | 'fixed' | 'last_affected' | 'limit'; version: string };

const idPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
const mostAffected = 2_000;
const mostVersions = 20_000;
const mostRanges = 500;
const mostEvents = 2_000;

export function isAdvisoryId(id: unknown): id is string {
  return typeof id === 'string' && idPattern.test(id);
}

/** `null` for what is no record. What of it cannot be read makes the whole unreadable: half an advisory clears nobody. */
export function readAdvisory(value: unknown): Advisory | null {
  if (!isRecord(value) || !isAdvisoryId(value.id)) return null;
  const affected = listIn(value.affected, mostAffected)?.map(affectedIn);
  if (affected === undefined || affected.includes(null)) return null;
  return {
    id: value.id,
    aliases: (listIn(value.aliases, 200) ?? []).filter(isAdvisoryId).slice(0, 20),
    withdrawn: typeof value.withdrawn === 'string',
    summary: textOf(value.summary) ?? textOf(value.details)?.split('\n')[0] ?? '',
    vectors: vectorsIn(value.severity),
    severity: wordIn(value.database_specific),
    affected: affected.filter((one): one is AffectedPackage => one !== null && one !== 'elsewhere'),
  };
}

function affectedIn(value: unknown): AffectedPackage | 'elsewhere' | null {
  if (!isRecord(value)) return null;
  const { package: of } = value;
  if (!isRecord(of) || of.ecosystem !== 'npm') return 'elsewhere';
  const versions = listIn(value.versions, mostVersions);
  const ranges = listIn(value.ranges, mostRanges)
    // Commits of a repository say nothing about what the registry has.
    ?.filter((range) => !(isRecord(range) && range.type === 'GIT'))
    .map((range) => (isRecord(range) ? eventsIn(range.events) : null));
  if (typeof of.name !== 'string' || versions === null || ranges === undefined || ranges.includes(null)) return null;
  return {
    name: of.name,
    versions: versions.filter((version) => typeof version === 'string'),
    ranges: ranges.filter((events) => events !== null),
    vectors: vectorsIn(value.severity),
  };
}

function eventsIn(value: unknown): AdvisoryEvent[] | null {
  const events = listIn(value, mostEvents);
  if (events === null) return null;
  const read = events.flatMap((event) => {
    if (!isRecord(event)) return [null];
    const known = (['introduced', 'fixed', 'last_affected', 'limit'] as const).flatMap((kind) => {
      const version = event[kind];
      return typeof version === 'string' && version.length <= 256 ? [{ kind, version }] : [];
    });
    return known.length === 0 ? [null] : known;
  });
  return read.includes(null) ? null : read.filter((event) => event !== null);
}

function vectorsIn(value: unknown): string[] {
  return (listIn(value, 20) ?? []).flatMap((one) => {
    const score = isRecord(one) ? textOf(one.score) : undefined;
    return score === undefined || score.length > 300 ? [] : [score];
  });
}

const words: Readonly<Record<string, AdvisorySeverity>> = {
  CRITICAL: 'critical',
  HIGH: 'high',
  MODERATE: 'medium',
  MEDIUM: 'medium',
  LOW: 'low',
};

function wordIn(specific: unknown): AdvisorySeverity {
  const word = isRecord(specific) ? textOf(specific.severity) : undefined;
  return words[word?.toUpperCase() ?? ''] ?? 'unknown';
}

/** `null` for what is no list, or too long; nothing is an empty one. */
function listIn(value: unknown, most: number): unknown[] | null {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) && value.length <= most ? (value as unknown[]) : null;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
