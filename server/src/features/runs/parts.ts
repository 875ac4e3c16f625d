import type { Host } from '@proofpix/host/host';
import type { Database } from '../../db/database.ts';
import type { Events } from '../../events.ts';
import type { Log } from '../../log.ts';
import type { Objects } from '../../objects.ts';
import type { Queue } from '../../queue.ts';
import type { ObjectKeeper } from './object-keeper.ts';
import type { Allowances } from './storage-allowance.ts';

/** What runs are opened with. */
export type RunParts = {
  db: Database;
  objects: Objects;
  queue: Queue;
  events: Events;
  host: Host;
  log: Log;
  organisationStorageBytes: number;
};

/** What the use cases of runs work with; each takes the ones it needs. */
export type OpenParts = RunParts & { keeper: ObjectKeeper; allowances: Allowances };
