import type { Json } from '@proofpix/contract/json';
import { recordedTime, timeInFileName, type RecordedTime } from '@proofpix/contract/recorded-time';
import type { Run } from '@proofpix/contract/runs';

export const eventKinds = [
  'taken',
  'digitized',
  'changed',
  'gps',
  'fileName',
  'xmpTaken',
  'xmpCreated',
  'xmpChanged',
  'xmpMetadata',
  'signed',
  'received',
  'analysed',
] as const;
export type EventKind = (typeof eventKinds)[number];

export type TimelineEvent = {
  kind: EventKind;
  /** What was recorded; for what the server saw itself, its own clock in UTC. */
  time: RecordedTime;
  /** The server's own, exact to the second. */
  own: string | null;
  plugin: string | null;
};

const tags: [kind: EventKind, tag: string, zone: string | null][] = [
  ['taken', 'DateTimeOriginal', 'OffsetTimeOriginal'],
  ['digitized', 'CreateDate', 'OffsetTimeDigitized'],
  ['changed', 'ModifyDate', 'OffsetTime'],
  ['gps', 'GPSDateTime', null],
  ['xmpTaken', 'XMP:DateTimeOriginal', null],
  ['xmpCreated', 'XMP:CreateDate', null],
  ['xmpChanged', 'XMP:ModifyDate', null],
  ['xmpMetadata', 'MetadataDate', null],
  ['signed', 'C2PA:SignedAt', null],
];

/**
 * Everything that has a time, in its order. A time without a zone stands as if it were UTC: what is near it may come
 * before or after, which the page says.
 */
export function timelineOf(run: Run): TimelineEvent[] {
  const events: TimelineEvent[] = tags.flatMap(([kind, tag, zoneTag]) => {
    const time = recordedTime(words(run.metadata[tag]), zoneTag === null ? '' : words(run.metadata[zoneTag]));
    if (time === null) return [];
    const gps = kind === 'gps' ? { ...time, offset: 0 } : time;
    return [{ kind, time: gps, own: null, plugin: run.sources[tag]?.plugin ?? null }];
  });
  const inName = timeInFileName(run.file.name);
  if (inName !== null) events.push({ kind: 'fileName', time: inName, own: null, plugin: null });
  for (const [kind, iso] of [
    ['received', run.createdAt],
    ['analysed', run.finishedAt],
  ] as const) {
    if (iso === null) continue;
    const time: RecordedTime = { local: Date.parse(iso), offset: 0, dayOnly: false, notBefore: false };
    events.push({ kind, time, own: iso, plugin: null });
  }
  return events.sort(
    (a, b) => inUtc(a.time) - inUtc(b.time) || eventKinds.indexOf(a.kind) - eventKinds.indexOf(b.kind),
  );
}

export function inUtc({ local, offset }: RecordedTime): number {
  return local - (offset ?? 0) * 60_000;
}

function words(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
