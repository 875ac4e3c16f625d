import type { Host } from '@proofpix/host/host';
import type { GuardedClient } from '@proofpix/host/http/guarded-client';
import type { Database } from '../../db/database.ts';
import type { Keys } from '../../keys.ts';
import type { Log } from '../../log.ts';
import type { Queue } from '../../queue.ts';
import type { Actor } from '../audit/record-act.ts';

/** What the use cases of accounts at providers work with; each takes the ones it needs. */
export type OauthParts = {
  db: Database;
  keys: Keys;
  log: Log;
  queue: Queue;
  host: Host;
  /** Whatever goes to a provider goes through it: its addresses come from a tenant. */
  client: GuardedClient;
  /** Where people reach this server: from the configuration, never from a request. */
  ownUrl: () => string;
};

export type Who = { organisationId: string; actor: Actor };
