import { isDeepStrictEqual } from 'node:util';
import { fromKysely, PgBoss, type Queue as BossQueue } from 'pg-boss';
import type { Database } from './db/database.ts';
import { grantSending, interruptedJobs, queueSchema } from './db/queue-tables.ts';
import type { Tx } from './db/tenancy.ts';
import type { Log } from './log.ts';

/** The names of all queues. */
export const queueNames = [
  'run',
  'job',
  'webhook-delivery',
  'webhook-received',
  'oauth-authorized',
  'analytics-day',
  'dependency-audit',
  'package-scan',
  'submission-scan',
  'release-measure',
  'mail',
  'password-reset',
  'subscription',
  'erasure',
  'erase-notice',
  'announcement',
] as const;
export type QueueName = (typeof queueNames)[number];
/** Ids only: rows of jobs have no row-level security, and what they name is read under the organisation. */
export type JobIds = { organisationId: string; id: string };
/** Stands for the organisation of what belongs to none. */
export const nobody = '00000000-0000-0000-0000-000000000000';

export type WorkOptions = {
  /** Jobs at a time in this process. */
  concurrency?: number;
  /** Of them, jobs of one organisation at a time, so that one with many does not keep the others waiting. */
  perOrganisation?: number;
  /** Called once when a job failed or crashed the server too often and will not be tried again. */
  onGivenUp?: (ids: JobIds) => Promise<void>;
};

export type Queue = AsyncDisposable & {
  /** Puts a job into the queue together with what the transaction writes: both or neither. It begins at `after`, or at once. */
  send(tx: Tx, name: QueueName, ids: JobIds, options?: { after?: Date }): Promise<void>;
  /**
   * Works on a queue. The handler may run again for the same ids after a crash or an error, so it must be idempotent.
   * `signal` ends when the server stops or the job took too long.
   */
  work(
    name: QueueName,
    handler: (ids: JobIds, signal: AbortSignal) => Promise<void>,
    options?: WorkOptions,
  ): Promise<void>;
};

/**
 * A crash is noticed by missing heartbeats: at most `heartbeatSeconds` and one supervision after it the job is tried
 * again, together well below a minute. On the embedded database nobody else can be at work: there it is at once.
 */
const settings = {
  heartbeatSeconds: 20,
  retryLimit: 4,
  retryDelay: 1,
  /** A photo may go through many plugins, each with its own deadline; this is for a handler that hangs for ever. */
  expireInSeconds: 30 * 60,
  deleteAfterSeconds: 24 * 60 * 60,
  notify: true,
} satisfies Omit<BossQueue, 'name'>;
const superviseSeconds = 10;

/** pg-boss on the same database, one way for both. */
export async function openQueue(database: Database, log: Log): Promise<Queue> {
  const boss = new PgBoss({
    ...database.bossOptions,
    schema: queueSchema,
    useListenNotify: true,
    schedule: false,
    superviseIntervalSeconds: superviseSeconds,
    monitorIntervalSeconds: superviseSeconds,
  });
  boss.on('error', (error) => log.error({ err: error }, 'the queue failed'));
  boss.on('warning', (warning) => log.warn({ warning }, 'the queue warns'));
  const stopping = new AbortController();
  await boss.start();
  try {
    await makeQueues(boss);
    await grantSending(database);
    if (database.kind === 'pglite') await takeUpInterrupted(database, boss);
  } catch (error) {
    await boss.stop({ graceful: false });
    throw error;
  }

  type Handler = (ids: JobIds, signal: AbortSignal) => Promise<void>;
  async function startWorkers(
    name: string,
    concurrency: number,
    perOrganisation: number,
    handle: Handler,
  ): Promise<void> {
    const options = {
      localConcurrency: concurrency,
      localGroupConcurrency: perOrganisation,
      pollingIntervalSeconds: 2,
      // Workers are notified of new jobs; this is for those that are tried again later.
      notifyPollingIntervalSeconds: 5,
    };
    await boss.work<JobIds>(name, options, async (jobs) => {
      try {
        for (const job of jobs) await handle(job.data, AbortSignal.any([job.signal, stopping.signal]));
      } finally {
        // Whoever rests looks for the next job at once: there may be more of them than notifications, and one of an
        // organisation that had its share until now.
        for (const worker of boss.getWipData()) if (worker.name === name) boss.notifyWorker(worker.id);
      }
    });
  }

  return {
    async send(tx, name, ids, { after } = {}) {
      const options = { db: fromKysely(tx), group: { id: ids.organisationId } };
      await boss.send(name, ids, after === undefined ? options : { ...options, startAfter: after });
    },
    async work(name, handler, { concurrency = 2, perOrganisation = concurrency, onGivenUp } = {}) {
      await startWorkers(name, concurrency, perOrganisation, handler);
      if (onGivenUp) await startWorkers(givenUp(name), 1, 1, (ids) => onGivenUp(ids));
    },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await boss.stop({ graceful: true, timeout: 15_000 });
    },
  };
}

/** Where the jobs go that are not tried again. */
function givenUp(name: QueueName): string {
  return `${name}-given-up`;
}

async function makeQueues(boss: PgBoss): Promise<void> {
  const existing = new Map((await boss.getQueues()).map((queue) => [queue.name, queue]));
  for (const name of queueNames) {
    const wanted: [string, Omit<BossQueue, 'name'>][] = [
      [givenUp(name), { ...settings, retryLimit: 20, retryDelay: 5 }],
      [name, { ...settings, deadLetter: givenUp(name) }],
    ];
    for (const [queue, options] of wanted) {
      const found = existing.get(queue);
      if (found === undefined) await boss.createQueue(queue, options);
      // Made by a version with other settings.
      else if (!isDeepStrictEqual({ ...found, ...options }, found)) await boss.updateQueue(queue, options);
    }
  }
}

/** What the process before this one was at work on, when it ended. It counts as a failed attempt: a job that crashes the server must not do so for ever. */
async function takeUpInterrupted(database: Database, boss: PgBoss): Promise<void> {
  for (const queue of queueNames.flatMap((name) => [name, givenUp(name)])) {
    const ids = await interruptedJobs(database, queue);
    if (ids.length > 0) await boss.fail(queue, ids, { message: 'The server ended while it worked on this.' });
  }
}
