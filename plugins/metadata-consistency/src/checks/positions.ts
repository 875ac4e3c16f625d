import type { Finding } from '../finding.ts';
import type { Metadata } from '../metadata.ts';

const earthRadius = 6_371_000;
/** Metres. Both are copies of one reading, rounded differently. */
const tolerated = 100;

/** The position of EXIF beside that of XMP. */
export function positions(metadata: Metadata): Finding[] {
  const { latitude, longitude } = metadata;
  const other = { latitude: metadata['XMP:GPSLatitude'], longitude: metadata['XMP:GPSLongitude'] };
  if (typeof latitude !== 'number' || typeof longitude !== 'number') return [];
  if (typeof other.latitude !== 'number' && typeof other.longitude !== 'number') return [];
  const there = {
    latitude: typeof other.latitude === 'number' ? other.latitude : latitude,
    longitude: typeof other.longitude === 'number' ? other.longitude : longitude,
  };
  const apart = metresBetween({ latitude, longitude }, there);
  if (!(apart > tolerated)) return [];
  return [
    {
      severity: 'possible',
      confidence: 0.85,
      question: 'place',
      title: `EXIF and XMP state positions ${apart < 10_000 ? `${Math.round(apart)} m` : `${Math.round(apart / 1_000)} km`} apart`,
      explanation: 'Programs copy one from the other. They differ when only one of the two was changed afterwards.',
      evidence: {
        EXIF: `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`,
        XMP: `${there.latitude.toFixed(5)}, ${there.longitude.toFixed(5)}`,
      },
    },
  ];
}

type Position = { latitude: number; longitude: number };

/** Along the surface of a sphere; half a percent off at the worst. */
function metresBetween(a: Position, b: Position): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const half = (from: number, to: number) => Math.sin(radians(to - from) / 2) ** 2;
  const part =
    half(a.latitude, b.latitude) +
    Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * half(a.longitude, b.longitude);
  return 2 * earthRadius * Math.asin(Math.min(1, Math.sqrt(part)));
}
