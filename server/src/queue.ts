import type { Database } from './db/database.ts';
import type { Tx } from './db/tenancy.ts';
import type { Log } from './log.ts';

/** The names of all queues. */
export type QueueName = 'run' | 'job';
/** Ids only: rows of jobs have no row-level security, and what they name is read under the organisation. */
export type JobIds = { organisationId: string; id: string };

export type Queue = AsyncDisposable & {
  /** Puts a job into the queue together with what the transaction writes: both or neither. */
  send(tx: Tx, name: QueueName, ids: JobIds): Promise<void>;
  /**
   * Works on a queue. The handler may run again for the same ids after a crash or an error, so it must be idempotent;
   * `signal` ends when the server stops or the job took too long.
   */
  work(name: QueueName, handler: (ids: JobIds, signal: AbortSignal) => Promise<void>): Promise<void>;
};

export async function openQueue(_database: Database, _log: Log): Promise<Queue> {
  throw new Error('replaced by the implementation');
}
