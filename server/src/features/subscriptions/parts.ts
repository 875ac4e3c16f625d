import type { Database } from '../../db/database.ts';
import type { Log } from '../../log.ts';
import type { Queue } from '../../queue.ts';
import type { Payments } from './payments.ts';

/** What the use cases of subscriptions work with; each takes the ones it needs. */
export type SubscriptionParts = {
  db: Database;
  log: Log;
  queue: Queue;
  /** Left out where the operator sells nothing. */
  payments: Payments | undefined;
  webhookSecret: string | undefined;
  /** Where people reach the server, without what a client says of it. */
  ownUrl: () => string;
  /** Told of messages that are about no subscription, once their signature was checked. */
  onOther: (payload: Uint8Array) => Promise<void>;
};
