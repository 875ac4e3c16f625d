import { ratingBurst, type HoldReason } from '@proofpix/contract/community/ratings';
import type { Tx } from '../../db/tenancy.ts';
import { readRecent, type Recent } from './hold/queries.ts';
import type { Named } from './queries.ts';

/** Whether a rating that would count from now on waits for a person. Call it under the lock of the plugin's ratings. */
export async function holdOf(tx: Tx, organisationId: string, named: Named): Promise<HoldReason | null> {
  return judgeBurst(await readRecent(tx, organisationId, named));
}

/** The same answer to the same numbers: whoever asks why is told. */
function judgeBurst({ recent, recentYoung, median, young }: Recent): HoldReason | null {
  if (recent >= Math.max(ratingBurst.most, ratingBurst.times * median)) return 'burst';
  return young && recentYoung >= ratingBurst.mostYoung ? 'young' : null;
}
