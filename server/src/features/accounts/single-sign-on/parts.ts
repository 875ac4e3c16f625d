import type { GuardedClient } from '@proofpix/host/http/guarded-client';
import type { Database } from '../../../db/database.ts';
import type { Keys } from '../../../keys.ts';
import type { Log } from '../../../log.ts';
import type { Attempts } from '../attempts.ts';

/** What the use cases of single sign-on work with; each takes the ones it needs. */
export type SingleSignOnParts = {
  db: Database;
  keys: Keys;
  log: Log;
  attempts: Attempts;
  /** Whatever goes to a provider goes through it: its addresses come from a tenant. */
  client: GuardedClient;
  /** Where people reach this server: from the configuration, never from a request. */
  ownUrl: () => string;
};
