import type { Intake } from '@proofpix/intake/create-intake';
import type { Database } from '../../db/database.ts';
import type { Log } from '../../log.ts';
import type { Objects } from '../../objects.ts';
import type { Queue } from '../../queue.ts';
import type { Trust } from '../trust/open-trust.ts';

/** What submissions and their reviews need of the server. */
export type SubmissionParts = {
  db: Database;
  objects: Objects;
  queue: Queue;
  intake: Intake;
  trust: Trust;
  log: Log;
};
