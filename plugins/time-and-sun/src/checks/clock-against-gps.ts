import type { Finding } from '../finding.ts';
import { hour, minute, momentOf, offsetText, spanText, textOf } from '../instant.ts';
import type { Readings } from '../readings.ts';
import { zoneAt } from '../zone.ts';

/** A phone sets its clock by the network, a camera drifts; a GPS fix may be some minutes old when the shutter opens. */
const tolerated = 10 * minute;
/** Zones are whole quarters of an hour, from 12 hours behind UTC to 14 ahead of it. */
const zoneStep = 15 * minute;
const zones = { least: -12 * hour, most: 14 * hour };

/** The camera's clock beside the time of the satellites, in the zone the camera names, or that of the place. */
export function clockAgainstGps({ camera, gps, position }: Readings): Finding[] {
  if (camera === null || gps === null) return [];
  const zone = position === null ? null : zoneAt(position, gps);
  const moment = momentOf(camera, zone?.offsetMinutes ?? null);
  const apart = moment === null ? betweenZones(camera.wall - gps) : moment - gps;
  if (Math.abs(apart) <= tolerated) return [];
  // In another zone than that of the place: a clock on home time, which the check of the zone says.
  if (camera.offsetMinutes === null && Math.abs(betweenZones(camera.wall - gps)) <= tolerated) return [];
  return [
    {
      severity: 'possible',
      confidence: Math.abs(apart) > 2 * hour ? 0.8 : 0.6,
      question: 'time',
      title: `Camera clock and GPS time are ${spanText(apart)} apart`,
      explanation:
        'Satellites set GPS time, people set the camera’s clock. A clock that was set wrong does this, an old GPS fix, and a time that was changed afterwards.',
      evidence: {
        'Camera clock':
          textOf(camera.wall) + (camera.offsetMinutes === null ? '' : ` ${offsetText(camera.offsetMinutes)}`),
        'GPS time': `${textOf(gps)} UTC`,
        ...(zone === null ? {} : { 'Zone of the place': `${zone.name} (${offsetText(zone.offsetMinutes)})` }),
        'Clock is ahead by': `${apart < 0 ? '−' : ''}${spanText(apart)}`,
      },
    },
  ];
}

/** What remains of a difference when the best zone is taken out of it. */
export function betweenZones(difference: number): number {
  const zone = Math.min(Math.max(Math.round(difference / zoneStep) * zoneStep, zones.least), zones.most);
  return difference - zone;
}
