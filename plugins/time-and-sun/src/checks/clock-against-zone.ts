import type { Finding } from '../finding.ts';
import { minute, momentOf, offsetText, textOf } from '../instant.ts';
import type { Readings } from '../readings.ts';
import { zoneAt } from '../zone.ts';
import { betweenZones } from './clock-against-gps.ts';

const tolerated = 10 * minute;

/** The zone that the camera was set to beside that of the place: a clock on home time, or a place that was put in. */
export function clockAgainstZone({ camera, gps, position }: Readings): Finding[] {
  if (camera === null || position === null) return [];
  const offset = camera.offsetMinutes ?? offsetByGps(camera.wall, gps);
  if (offset === null) return [];
  const moment = momentOf(camera, offset);
  const zone = moment === null ? null : zoneAt(position, moment);
  if (zone === null || zone.offsetMinutes === offset) return [];
  return [
    {
      severity: 'note',
      confidence: 0.9,
      question: 'place',
      title: `Camera clock runs on ${offsetText(offset)}, the place on ${offsetText(zone.offsetMinutes)}`,
      explanation:
        'Travellers often leave a camera on home time, and many cameras ignore summer time. It also happens when a position from elsewhere is written into a photo.',
      evidence: {
        'Camera clock': textOf(camera.wall),
        'Zone of the clock': offsetText(offset),
        'Zone of the place': `${zone.name} (${offsetText(zone.offsetMinutes)})`,
      },
    },
  ];
}

/** Without a zone of its own, the difference to GPS time tells it, when it is near enough to one. */
function offsetByGps(wall: number, gps: number | null): number | null {
  if (gps === null || Math.abs(betweenZones(wall - gps)) > tolerated) return null;
  return Math.round((wall - gps) / (15 * minute)) * 15;
}
