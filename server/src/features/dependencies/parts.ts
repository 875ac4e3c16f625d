import type { Intake } from '@proofpix/intake/create-intake';
import type { AdvisorySource } from '@proofpix/scanner/advisories/advisory-source';
import type { Database } from '../../db/database.ts';
import type { Events } from '../../events.ts';
import type { Log } from '../../log.ts';
import type { Objects } from '../../objects.ts';
import type { Queue } from '../../queue.ts';

/** What the use cases of dependencies work with. */
export type DependencyParts = {
  db: Database;
  objects: Objects;
  queue: Queue;
  events: Events;
  log: Log;
  intake: Intake;
  /** Null where the operator set none. */
  source: AdvisorySource | null;
};
