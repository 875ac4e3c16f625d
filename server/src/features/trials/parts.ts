import type { Database } from '../../db/database.ts';
import type { Log } from '../../log.ts';
import type { Objects } from '../../objects.ts';
import type { Queue } from '../../queue.ts';
import type { Trust } from '../trust/open-trust.ts';

/** What trials and measurements need of the server. */
export type TrialParts = {
  db: Database;
  objects: Objects;
  queue: Queue;
  trust: Pick<Trust, 'killedBy'>;
  log: Log;
};
