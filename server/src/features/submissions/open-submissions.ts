import type { SubmissionParts } from './parts.ts';
import { giveUp, scanSubmission } from './scan-submission.ts';

export type { SubmissionParts } from './parts.ts';

/** Takes up the scans of what is sent to be published. */
export async function openSubmissions(parts: SubmissionParts): Promise<SubmissionParts> {
  await parts.queue.work('submission-scan', (ids) => scanSubmission(parts, ids), {
    concurrency: 2,
    perOrganisation: 1,
    onGivenUp: (ids) => giveUp(parts, ids),
  });
  return parts;
}
