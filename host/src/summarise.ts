import type { Report, RunSummary } from '@proofpix/contract/runs';

/** The figures of a run that follow from its report. The same for server and command line. */
export function summarise(
  report: Pick<Report, 'steps' | 'findings'>,
  stepsTotal: number,
): Pick<RunSummary, 'stepsDone' | 'stepsTotal' | 'findingCounts' | 'failedSteps'> {
  const findingCounts = { strong: 0, possible: 0, note: 0 };
  for (const { severity } of report.findings) findingCounts[severity] += 1;
  return {
    stepsDone: report.steps.length,
    stepsTotal,
    findingCounts,
    failedSteps: report.steps.filter((step) => !step.ok).length,
  };
}
