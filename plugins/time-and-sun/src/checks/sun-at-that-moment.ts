import { getPosition } from 'suncalc';
import type { Finding } from '../finding.ts';
import { minute, momentOf, textOf } from '../instant.ts';
import type { Metadata, Readings } from '../readings.ts';
import { zoneAt } from '../zone.ts';

/** Degrees. Civil twilight ends six below the horizon: after it nothing is lit by daylight. */
const night = -6;
/** Exposure value at ISO 100. An overcast noon has 12, a floodlit stadium 9. */
const daylight = 12;

/** Where the sun stood, and whether the exposure fits it. */
export function sunAtThatMoment(readings: Readings, metadata: Metadata): Finding[] {
  const { position } = readings;
  const known = momentTaken(readings);
  if (position === null || known === null) return [];
  const { altitude, azimuth } = getPosition(new Date(known.moment), position.latitude, position.longitude);
  if (!Number.isFinite(altitude) || !Number.isFinite(azimuth)) return [];
  const evidence = {
    Moment: `${textOf(known.moment)} UTC`,
    'Moment from': known.from,
    'Height of the sun': degrees(altitude),
    'Direction of the sun': `${degrees(azimuth)} (${compass(azimuth)})`,
    ...(altitude > 1
      ? {
          'Shadows point to': `${degrees((azimuth + 180) % 360)} (${compass(azimuth + 180)})`,
          'Shadow of a 1 m post': `${(1 / Math.tan((altitude * Math.PI) / 180)).toFixed(2)} m`,
        }
      : {}),
  };
  const value = exposureValue(metadata);
  if (altitude < night && value !== null && value >= daylight) {
    return [
      {
        severity: 'possible',
        confidence: 0.75,
        question: 'time',
        title: `Exposure fits daylight, but the sun was ${degrees(-altitude)} below the horizon`,
        explanation:
          'So short an exposure at night gives a black picture, unless a lamp or a screen fills it. Time or place are not those of the photo, or the clock was wrong.',
        evidence: { ...evidence, 'Exposure value at ISO 100': value.toFixed(1) },
      },
    ];
  }
  return [
    {
      severity: 'note',
      confidence: 0.95,
      title:
        altitude >= 0
          ? `The sun stood ${degrees(altitude)} high in the ${compass(azimuth)}`
          : `The sun was ${degrees(-altitude)} below the horizon`,
      explanation: 'Computed from time and place, to be compared with light and shadows in the picture.',
      evidence,
    },
  ];
}

/** The satellites' time where there is one, else the camera's in its own zone, else in that of the place. */
function momentTaken({ gps, camera, position }: Readings): { moment: number; from: string } | null {
  // A fix of another day says where the camera was, not when it was used.
  if (
    gps !== null &&
    camera !== null &&
    camera.offsetMinutes === null &&
    Math.abs(camera.wall - gps) < 15 * 60 * minute
  )
    return { moment: gps, from: 'GPS time' };
  if (camera !== null && camera.offsetMinutes !== null)
    return { moment: camera.wall - camera.offsetMinutes * minute, from: 'camera clock and its zone' };
  if (gps !== null) return { moment: gps, from: 'GPS time' };
  if (camera === null || position === null) return null;
  const zone = zoneAt(position, camera.wall);
  const moment = zone === null ? null : momentOf(camera, zone.offsetMinutes);
  return zone === null || moment === null ? null : { moment, from: `camera clock, read in ${zone.name}` };
}

/** By aperture, time and sensitivity; null where one is missing, or a flash lit the scene. */
function exposureValue(metadata: Metadata): number | null {
  const { FNumber: aperture, ExposureTime: seconds, ISO: iso, Flash: flash } = metadata;
  if (typeof aperture !== 'number' || typeof seconds !== 'number' || typeof iso !== 'number') return null;
  if (!(aperture > 0.5 && seconds > 0 && iso > 0)) return null;
  if (typeof flash === 'number' && (flash & 1) === 1) return null;
  return Math.log2((aperture * aperture) / seconds) - Math.log2(iso / 100);
}

function degrees(value: number): string {
  return `${Math.round(value)}°`;
}

const directions = ['north', 'north-east', 'east', 'south-east', 'south', 'south-west', 'west', 'north-west'];

function compass(azimuth: number): string {
  return directions[Math.round((((azimuth % 360) + 360) % 360) / 45) % 8] ?? '';
}
