import { clockAgainstGps } from './checks/clock-against-gps.ts';
import { clockAgainstZone } from './checks/clock-against-zone.ts';
import { fileNameAgainstClock } from './checks/file-name-against-clock.ts';
import { sunAtThatMoment } from './checks/sun-at-that-moment.ts';
import { unlikelyTimes } from './checks/unlikely-times.ts';
import type { Finding } from './finding.ts';
import { readReadings, type Metadata } from './readings.ts';

/** @param now milliseconds since 1970, by the clock of the server */
export function judgeTime(metadata: Metadata, fileName: string, now: number): Finding[] {
  const readings = readReadings(metadata, fileName);
  return [
    ...unlikelyTimes(readings, now),
    ...clockAgainstGps(readings),
    ...clockAgainstZone(readings),
    ...fileNameAgainstClock(readings),
    ...sunAtThatMoment(readings, metadata),
  ];
}
