import type { Finding } from '../finding.ts';
import { sizeOf, textOf, wallOf, type Metadata } from '../metadata.ts';

const second = 1_000;
/** Two clocks of one camera, or a picture written a moment after it was taken. */
const tolerated = 5 * second;
/** Without a zone, the time of a later change may be that of a computer elsewhere. */
const zones = 26 * 3_600 * second;
/** EXIF FileSource: 1 and 2 are scanners, whose digitising is rightly later. */
const scanners = [1, 2];

/** Taken, digitised, changed: no camera writes them in another order. */
export function timeOrder(metadata: Metadata): Finding[] {
  const taken = wallOf(metadata, 'DateTimeOriginal');
  const digitised = wallOf(metadata, 'CreateDate');
  const changed = wallOf(metadata, 'ModifyDate');
  const findings: Finding[] = [];
  if (taken !== null && changed !== null && taken - changed > tolerated) {
    const certain = taken - changed > zones;
    findings.push({
      severity: certain ? 'strong' : 'possible',
      confidence: certain ? 0.9 : 0.5,
      question: 'time',
      title: 'Taken after it was last changed',
      explanation: certain
        ? 'A camera writes both times at once, and a later change can only be later. The time of taking was set afterwards, or the clock of the program that changed it was wrong.'
        : 'They are less than a day apart: the program that changed it may have run in another time zone. Otherwise the time of taking was set afterwards.',
      evidence: shown(metadata, ['DateTimeOriginal', 'ModifyDate', 'OffsetTimeOriginal', 'OffsetTime']),
    });
  }
  const scanned = scanners.includes(sizeOf(metadata, 'FileSource') ?? 0);
  if (taken !== null && digitised !== null && !scanned && Math.abs(taken - digitised) > tolerated) {
    const named = textOf(metadata, 'Make') !== null;
    findings.push({
      severity: named ? 'possible' : 'note',
      confidence: named ? 0.8 : 0.5,
      question: 'time',
      title: 'Taken and digitised at different times',
      explanation:
        'In a digital camera both are the same moment. They differ for scanned film, or when only one of the two was changed afterwards.',
      evidence: shown(metadata, ['DateTimeOriginal', 'CreateDate', 'ModifyDate']),
    });
  }
  return findings;
}

function shown(metadata: Metadata, tags: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    tags.flatMap((tag) => {
      const text = textOf(metadata, tag);
      return text === null ? [] : [[tag, text]];
    }),
  );
}
