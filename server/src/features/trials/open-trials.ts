import { giveUpMeasuring, measureRelease } from './measure-release.ts';
import type { TrialParts } from './parts.ts';

/** Takes up the measurements that are asked for: one at a time, since their figures are about time. */
export async function openTrials(parts: TrialParts): Promise<TrialParts> {
  await parts.queue.work('release-measure', (ids, signal) => measureRelease(parts, ids, signal), {
    concurrency: 1,
    onGivenUp: (ids) => giveUpMeasuring(parts, ids),
  });
  return parts;
}
