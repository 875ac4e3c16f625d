import type { EraseEvent } from '@proofpix/contract/erase-event';
import type { Host } from '@proofpix/host/host';
import type { Database } from '../../db/database.ts';
import type { Tx } from '../../db/tenancy.ts';
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
  /** Has plugins told what to forget. Given from outside as well: privacy knows runs. */
  noteErasure(tx: Tx, organisationId: string, event: EraseEvent): Promise<void>;
  /** Makes runs exhibits of a case. Given from outside: cases know runs, not the other way round. */
  addExhibits(tx: Tx, to: { organisationId: string; caseId: string; runIds: readonly string[] }): Promise<void>;
};

/** What the use cases of runs work with; each takes the ones it needs. */
export type OpenParts = RunParts & { keeper: ObjectKeeper; allowances: Allowances };
