import type { Database } from '../../db/database.ts';
import type { Keys } from '../../keys.ts';
import type { Log } from '../../log.ts';
import type { Queue } from '../../queue.ts';
import type { Transport } from './transport.ts';

export type MailParts = {
  db: Database;
  keys: Keys;
  queue: Queue;
  log: Log;
  transport: Transport;
  ownUrl: () => string;
};
