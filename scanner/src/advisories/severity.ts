import cvss from 'ae-cvss-calculator';
import type { AdvisorySeverity } from '@proofpix/contract/dependencies';
import type { Advisory, AffectedPackage } from './advisory.ts';

/** The worst of all vectors; the advisory's own word where none can be read. */
export function severityOf(
  advisory: Advisory,
  by: readonly AffectedPackage[],
): { severity: AdvisorySeverity; score: number | null } {
  const scores = [...advisory.vectors, ...by.flatMap(({ vectors }) => vectors)].flatMap((vector) => {
    const score = scoreOf(vector);
    return score === null ? [] : [score];
  });
  if (scores.length === 0) return { severity: advisory.severity, score: null };
  const score = Math.max(...scores);
  // The word was chosen by people who knew more than a vector says: the graver of both holds.
  const byScore = wordFor(score);
  return { severity: order.indexOf(byScore) <= order.indexOf(advisory.severity) ? byScore : advisory.severity, score };
}

/** The gravest first. */
export const order: readonly AdvisorySeverity[] = ['critical', 'high', 'medium', 'low', 'unknown'];

/** The scale that CVSS 3 and 4 share. */
function wordFor(score: number): AdvisorySeverity {
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  return score >= 4 ? 'medium' : 'low';
}

function scoreOf(vector: string): number | null {
  try {
    const scores: { base?: number } | undefined = cvss.fromVector(vector)?.calculateScores();
    const base = scores?.base;
    return typeof base === 'number' && base >= 0 && base <= 10 ? base : null;
  } catch {
    return null;
  }
}
