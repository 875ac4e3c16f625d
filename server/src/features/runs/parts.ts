import type { Host } from '@proofpix/host/host';
import type { Database } from '../../db/database.ts';
import type { Events } from '../../events.ts';
import type { Log } from '../../log.ts';
import type { Objects } from '../../objects.ts';
import type { Queue } from '../../queue.ts';

/** What the use cases of runs work with; each takes the ones it needs. */
export type RunParts = {
  db: Database;
  objects: Objects;
  queue: Queue;
  events: Events;
  host: Host;
  log: Log;
  organisationStorageBytes: number;
};
