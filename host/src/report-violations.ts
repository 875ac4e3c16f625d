import { limits } from '@proofpix/contract/limits';
import { violations } from '@proofpix/contract/violations';
import type { Capabilities, Installation, Violation } from './capabilities.ts';
import { cleanText } from './clean-text.ts';
import { PerMinute } from './limits.ts';

/** Reported one by one in a minute; what an installation does beyond is more of the same. */
const reportedPerMinute = 20;

/** Tells the outside what an installation did wrong: a flood of small things must neither cost much nor hide a large one. */
export class ViolationReports {
  readonly #capabilities: Capabilities;
  readonly #minute = new PerMinute(reportedPerMinute);
  #suppressed = 0;

  constructor(capabilities: Capabilities) {
    this.#capabilities = capabilities;
  }

  /** @param options.always - the end of a process: rare by itself, and never lost behind a flood */
  report(installation: Installation, violation: Violation, options = { always: false }): void {
    const { hostile } = violations[violation.type];
    if (!hostile && !options.always && this.#minute.add(performance.now()) !== 'within') {
      this.#suppressed += 1;
      return;
    }
    const evidence = { ...bounded(violation.evidence) };
    if (this.#suppressed > 0) evidence.notReportedBefore = this.#suppressed;
    this.#suppressed = 0;
    this.#capabilities.violation(installation, {
      type: violation.type,
      detail: cleanText(violation.detail),
      evidence,
    });
  }
}

/** Evidence may quote what a plugin said; whoever keeps it relies on its size. */
function bounded(evidence: Violation['evidence']): Violation['evidence'] {
  const size = Buffer.byteLength(JSON.stringify(evidence));
  return size <= limits.violationEvidenceBytes - 64 ? evidence : { bytesLeftOut: size };
}
