import type { GuardedClient } from '@proofpix/host/http/guarded-client';
import type { Host } from '@proofpix/host/host';
import type { Database } from '../../db/database.ts';
import type { Keys } from '../../keys.ts';
import type { Log } from '../../log.ts';
import type { Queue } from '../../queue.ts';
import type { Actor } from '../audit/record-act.ts';

/** What the use cases of webhooks work with; each takes the ones it needs. */
export type WebhookParts = {
  db: Database;
  keys: Keys;
  log: Log;
  queue: Queue;
  host: Host;
  /** The one way out: public addresses only. */
  client: GuardedClient;
};

/** One address of an organisation, and who acts. */
export type Named = { organisationId: string; id: string; actor: Actor };
