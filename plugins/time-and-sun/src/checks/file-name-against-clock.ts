import type { Finding } from '../finding.ts';
import { minute, momentOf, spanText, textOf } from '../instant.ts';
import type { Readings } from '../readings.ts';
import { betweenZones } from './clock-against-gps.ts';

/** Phones name the file when it is written: a burst or a long exposure later, no more. */
const tolerated = 2 * minute;

/** The time in the file name beside the camera's. Names are easily changed, and a wrong one is no sign of editing alone. */
export function fileNameAgainstClock({ camera, fileName, position, gps }: Readings): Finding[] {
  if (camera === null || fileName === null) return [];
  const moment = fileName.utc ? (momentOf(camera) ?? (position === null ? null : gps)) : null;
  const apart = fileName.utc
    ? moment === null
      ? betweenZones(fileName.wall - camera.wall)
      : fileName.wall - moment
    : fileName.wall - camera.wall;
  // A program that names by UTC or by its own zone differs by whole quarters of an hour.
  if (Math.abs(apart) <= tolerated || Math.abs(betweenZones(apart)) <= tolerated) return [];
  return [
    {
      severity: 'note',
      confidence: 0.7,
      question: 'time',
      title: `File name and camera clock are ${spanText(apart)} apart`,
      explanation:
        'Phones and programs put the time into the name when they write the file. It differs when the file was saved again later, or when one of the two was changed.',
      evidence: {
        'Camera clock': textOf(camera.wall),
        'File name': `${textOf(fileName.wall)}${fileName.utc ? ' UTC' : ''}`,
      },
    },
  ];
}
