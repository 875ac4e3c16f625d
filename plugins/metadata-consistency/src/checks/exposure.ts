import type { Finding } from '../finding.ts';
import { sizeOf, type Metadata } from '../metadata.ts';

/** Stops. Both entries are rounded, each to a third of a stop at the worst. */
const tolerated = 0.75;

/** EXIF states shutter and aperture twice, in two units; a camera writes both from one value. */
export function exposure(metadata: Metadata): Finding[] {
  const time = sizeOf(metadata, 'ExposureTime');
  const shutter = sizeOf(metadata, 'ShutterSpeedValue');
  const number = sizeOf(metadata, 'FNumber');
  const aperture = sizeOf(metadata, 'ApertureValue');
  const evidence: Record<string, string> = {};
  if (time !== null && shutter !== null && Math.abs(Math.log2(time / shutter)) > tolerated) {
    evidence['ExposureTime'] = seconds(time);
    evidence['ShutterSpeedValue'] = seconds(shutter);
  }
  if (number !== null && aperture !== null && Math.abs(2 * Math.log2(number / aperture)) > tolerated) {
    evidence['FNumber'] = `f/${number}`;
    evidence['ApertureValue'] = `f/${aperture}`;
  }
  if (Object.keys(evidence).length === 0) return [];
  return [
    {
      severity: 'note',
      confidence: 0.6,
      question: 'edited',
      title: 'Exposure is stated twice and differently',
      explanation:
        'A camera writes both entries from one value. Some programs and a few phones write one of them wrongly.',
      evidence,
    },
  ];
}

function seconds(value: number): string {
  return value >= 0.5 ? `${value} s` : `1/${Math.round(1 / value)} s`;
}
