import type { Finding } from '../finding.ts';
import { day, momentOf, spanText, textOf } from '../instant.ts';
import type { Readings } from '../readings.ts';

/** The first cameras that wrote EXIF. */
const firstExif = Date.UTC(1995, 9, 1);
/** What clocks show after their battery was empty. */
const neverSet = [1970, 1980, 1990, 2000, 2001, 2002, 2004, 2006, 2008, 2010, 2012, 2014, 2016, 2018, 2020].map(
  (year) => Date.UTC(year, 0, 1),
);
/** Our clock may be wrong too, and zones reach a day. */
const tolerated = 2 * day;

/** Times at which the photo cannot have been taken. */
export function unlikelyTimes({ camera, digitised, gps }: Readings, now: number): Finding[] {
  const findings: Finding[] = [];
  const taken = camera ?? digitised;
  if (taken !== null) {
    const ahead = (momentOf(taken, 0) ?? taken.wall) - now;
    if (ahead > tolerated) {
      findings.push(
        finding('possible', 0.9, `Camera clock is ${spanText(ahead)} in the future`, taken.wall, {
          explanation:
            'It was received before the time that it states. The clock was set wrong, or the time was changed.',
        }),
      );
    } else if (neverSet.includes(taken.wall)) {
      findings.push(
        finding('note', 0.8, 'Camera clock shows the start of a year', taken.wall, {
          explanation:
            'Clocks show this time after their battery was empty. It says nothing about when the photo was taken.',
        }),
      );
    } else if (taken.wall < firstExif) {
      findings.push(
        finding('possible', 0.7, 'Camera clock is older than the format of its entry', taken.wall, {
          explanation:
            'EXIF was published in October 1995. A scanned photo whose date somebody entered looks like this, and so does a clock that was never set.',
        }),
      );
    }
  }
  if (gps !== null && gps - now > tolerated) {
    findings.push({
      severity: 'possible',
      confidence: 0.9,
      question: 'time',
      title: `GPS time is ${spanText(gps - now)} in the future`,
      explanation: 'Satellites do not run ahead: the entry was written or changed by something else than a receiver.',
      evidence: { 'GPS time': `${textOf(gps)} UTC` },
    });
  }
  return findings;
}

function finding(
  severity: Finding['severity'],
  confidence: number,
  title: string,
  wall: number,
  { explanation }: { explanation: string },
): Finding {
  return { severity, confidence, question: 'time', title, explanation, evidence: { 'Camera clock': textOf(wall) } };
}
