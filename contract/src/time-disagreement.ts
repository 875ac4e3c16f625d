import { recordedTime, secondsApart, timeAsText, timeInFileName, type RecordedTime } from './recorded-time.ts';
import { first, furthest, mostReadings, said, text, type Origin, type Part, type Reading } from './readings.ts';
import type { Disagreement, Source } from './runs.ts';

type Timed = { reading: Reading; time: RecordedTime };

/** When the picture was taken, by everything in the file that says so. */
export function timeDisagreement(part: Part, fileName: string): Disagreement | null {
  const taken = first(
    dates(part, 'exif', 'DateTimeOriginal', 'OffsetTimeOriginal'),
    dates(part, 'exif', 'CreateDate', 'OffsetTimeDigitized'),
  );
  const inName = timeInFileName(fileName);
  const timed: Timed[] = [
    ...taken,
    ...first(dates(part, 'gps', 'GPSDateTime', null), gpsStamps(part)),
    ...first(
      dates(part, 'xmp', 'XMP:DateTimeOriginal', null),
      dates(part, 'xmp', 'XMP:DateCreated', null),
      dates(part, 'xmp', 'XMP:CreateDate', null),
    ),
    ...iptcTimes(part),
    ...dates(part, 'credentials', 'C2PA:SignedAt', null).map(({ reading, time: moment }) => ({
      reading,
      time: { ...moment, notBefore: true },
    })),
    ...(inName === null ? [] : [timedReading('file-name', inName, null)]),
  ].slice(0, mostReadings);
  const apart = furthest(timed, (a, b) => secondsApart(a.time, b.time));
  if (apart === 0) return null;
  return {
    question: 'time',
    readings: timed.map(({ reading }) => reading),
    apart: { value: Math.round(apart), unit: 'seconds' },
  };
}

/** EXIF writes no zone into a date: one that has a zone was read from XMP, which has the same tag. */
function dates(part: Part, origin: Origin, tag: string, zoneTag: string | null): Timed[] {
  const zone =
    zoneTag === null ? '' : (said(part, zoneTag).map(text)[0] ?? said(part, 'OffsetTime').map(text)[0] ?? '');
  return said(part, tag).flatMap((each) => {
    const own = recordedTime(text(each));
    const found = own === null || own.offset !== null ? own : recordedTime(text(each), zone);
    if (found === null) return [];
    // Satellites know no zones, whether the Z was written or not.
    if (origin === 'gps') return [timedReading(origin, { ...found, offset: 0 }, each.source)];
    const written = origin === 'exif' && own?.offset != null ? 'xmp' : origin;
    return [timedReading(written, found, each.source)];
  });
}

function gpsStamps(part: Part): Timed[] {
  const [date] = said(part, 'GPSDateStamp');
  const [stamp] = said(part, 'GPSTimeStamp');
  if (date === undefined || stamp === undefined) return [];
  const found = recordedTime(`${text(date)} ${text(stamp)}Z`);
  return found === null ? [] : [timedReading('gps', found, date.source)];
}

function iptcTimes(part: Part): Timed[] {
  const [date] = [...said(part, 'IPTC:DateCreated'), ...said(part, 'DateCreated')];
  const [clock] = [...said(part, 'IPTC:TimeCreated'), ...said(part, 'TimeCreated')];
  if (date === undefined) return [];
  // A date with a clock in it is XMP's tag of the same name.
  const both = recordedTime(text(date));
  if (both !== null && !both.dayOnly) return [timedReading('xmp', both, date.source)];
  const found = (clock === undefined ? null : recordedTime(`${text(date)} ${text(clock)}`)) ?? both;
  return found === null ? [] : [timedReading('iptc', found, date.source)];
}

function timedReading(origin: Origin, moment: RecordedTime, source: Source | null): Timed {
  return { reading: { origin, value: timeAsText(moment), source }, time: moment };
}
