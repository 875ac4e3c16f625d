import type { HookInput } from '@proofpix/sdk/hooks';
import { readTime, second, wallTime, type Reading } from './instant.ts';

export type Metadata = HookInput<'data:analyze'>['metadata'];

/** Every clock that a photo quotes. */
export type Readings = {
  /** The camera's clock when the picture was taken. */
  camera: Reading | null;
  digitised: Reading | null;
  modified: Reading | null;
  /** Satellite time, UTC. */
  gps: number | null;
  fileName: FileNameTime | null;
  position: { latitude: number; longitude: number } | null;
};

/** A time in a file name. Some phones write UTC there, most the local time. */
type FileNameTime = { wall: number; utc: boolean };

export function readReadings(metadata: Metadata, fileName: string): Readings {
  return {
    camera: readTime(metadata['DateTimeOriginal'], metadata['OffsetTimeOriginal'] ?? metadata['OffsetTime']),
    digitised: readTime(metadata['CreateDate'], metadata['OffsetTimeDigitized'] ?? metadata['OffsetTime']),
    modified: readTime(metadata['ModifyDate'], metadata['OffsetTime']),
    gps: readGpsTime(metadata['GPSDateTime']),
    fileName: readFileName(fileName),
    position: readPosition(metadata),
  };
}

function readGpsTime(value: unknown): number | null {
  const reading = readTime(value);
  if (reading === null) return null;
  // A receiver without a fix writes the start of its own count of weeks.
  return reading.wall < Date.UTC(1990, 0, 1) ? null : reading.wall;
}

/** `IMG_20261112_164208`, `PXL_20261112_154208123`, `20261112_164208`, `Screenshot 2026-11-12 at 16.42.08`, … */
function readFileName(name: string): FileNameTime | null {
  const match =
    /(?<!\d)(20\d{2})[-_.]?(\d{2})[-_.]?(\d{2})[-_ T.]+(?:at )?(\d{2})[-_.:]?(\d{2})[-_.:]?(\d{2})(?!\d{4})/.exec(
      name.slice(0, 300),
    );
  if (match === null) return null;
  const wall = wallTime(match.slice(1, 7).map(Number));
  return wall === null ? null : { wall: Math.floor(wall / second) * second, utc: name.startsWith('PXL_') };
}

function readPosition(metadata: Metadata): Readings['position'] {
  const { latitude, longitude } = metadata;
  if (typeof latitude !== 'number' || typeof longitude !== 'number') return null;
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) return null;
  // What a receiver without a fix writes; nobody takes photos there.
  if (latitude === 0 && longitude === 0) return null;
  return { latitude, longitude };
}
