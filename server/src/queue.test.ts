import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeTestStorage, openTestDatabase, type TestStorage } from '../test/test-database.ts';
import { openDatabase, type Database } from './db/database.ts';
import { asSystem, withOrganisation } from './db/tenancy.ts';
import { createLog } from './log.ts';
import { openQueue, type JobIds, type Queue } from './queue.ts';

const log = createLog('silent');

async function makeOrganisation(database: Database): Promise<string> {
  const name = randomUUID();
  const insert = (tx: Parameters<Parameters<typeof asSystem>[2]>[0]) =>
    tx.insertInto('organisations').values({ name }).returning('id').executeTakeFirstOrThrow();
  return (await asSystem(database, 'create-organisation', insert)).id;
}

describe('the queue', () => {
  let database: Database;
  let queue: Queue;
  let organisationId: string;
  const handlers = new Map<string, (signal: AbortSignal) => Promise<void>>();
  const givenUp = new Map<string, () => void>();

  beforeAll(async () => {
    database = await openTestDatabase();
    queue = await openQueue(database, log);
    organisationId = await makeOrganisation(database);
    await queue.work('run', async ({ id }, signal) => handlers.get(id)?.(signal), {
      concurrency: 3,
      perOrganisation: 2,
      onGivenUp: async ({ id }) => givenUp.get(id)?.(),
    });
  });
  afterAll(async () => {
    await queue?.[Symbol.asyncDispose]();
    await database?.[Symbol.asyncDispose]();
  });

  /** Sends a job and gives a promise of its handler's first call. */
  async function send(handler: (signal: AbortSignal) => Promise<void> = async () => {}, organisation = organisationId) {
    const id = randomUUID();
    const { promise, resolve } = Promise.withResolvers<void>();
    handlers.set(id, (signal) => {
      resolve();
      return handler(signal);
    });
    await withOrganisation(database, organisation, (tx) => queue.send(tx, 'run', { organisationId: organisation, id }));
    return { id, started: promise };
  }

  it('hands a job to its worker after the transaction that sent it', async () => {
    await (
      await send()
    ).started;
  });

  it('hands out nothing of a transaction that was taken back', async () => {
    const id = randomUUID();
    let ran = false;
    handlers.set(id, async () => void (ran = true));
    const failed = withOrganisation(database, organisationId, async (tx) => {
      await queue.send(tx, 'run', { organisationId, id });
      throw new Error('taken back');
    });
    await expect(failed).rejects.toThrow('taken back');
    await (
      await send()
    ).started; // sent later, so the other would have come first
    expect(ran).toBe(false);
  });

  it('works through many jobs without waiting between them', async () => {
    const jobs = await Promise.all(Array.from({ length: 20 }, () => send()));
    await Promise.all(jobs.map(({ started }) => started));
  });

  it('does not let one organisation keep all workers', async () => {
    const free = Promise.withResolvers<void>();
    const other = await makeOrganisation(database);
    const greedy = await Promise.all(Array.from({ length: 6 }, () => send(() => free.promise)));
    await Promise.race(greedy.map(({ started }) => started));
    await (
      await send(undefined, other)
    ).started; // while all of the first organisation's still hang
    free.resolve();
    await Promise.all(greedy.map(({ started }) => started));
  });

  it('tries a job again that failed', async () => {
    const again = Promise.withResolvers<void>();
    let tries = 0;
    await send(async () => {
      tries += 1;
      if (tries === 1) throw new Error('the first time it fails');
      again.resolve();
    });
    await again.promise;
    expect(tries).toBe(2);
  });

  it('gives a job up that fails every time, and says so once', async () => {
    let tries = 0;
    const told = Promise.withResolvers<void>();
    const { id } = await send(async () => {
      tries += 1;
      throw new Error('it always fails');
    });
    givenUp.set(id, () => told.resolve());
    await told.promise;
    expect(tries).toBe(5);
  }, 90_000);

  it('lets a request only put jobs in: it can neither read nor change those of others', async () => {
    const attempts = [
      'select data from pgboss.job',
      `update pgboss.job set data = '{}'`,
      'delete from pgboss.job',
      'drop table pgboss.job',
      'update pgboss.queue set retry_limit = 0',
    ];
    for (const attempt of attempts) {
      const made = withOrganisation(database, organisationId, (tx) => sql.raw(attempt).execute(tx));
      await expect(made, attempt).rejects.toMatchObject({ code: '42501' });
    }
  });
});

describe('the queue after the server ended in the middle of a job', () => {
  let storage: TestStorage;
  beforeAll(async () => void (storage = await makeTestStorage()));
  afterAll(() => storage?.[Symbol.asyncDispose]());

  it('tries the job again', async () => {
    const ids = await leaveJobBehind();
    await using database = await openDatabase(storage);
    await using queue = await openQueue(database, log);
    const again = Promise.withResolvers<JobIds>();
    await queue.work('run', async (job) => again.resolve(job));
    expect(await again.promise).toEqual(ids);
  }, 90_000);

  /** As a killed server leaves it: claimed by a worker that is no more, its last heartbeat a while ago. */
  async function leaveJobBehind(): Promise<JobIds> {
    await using database = await openDatabase(storage);
    await using queue = await openQueue(database, log);
    const organisationId = await makeOrganisation(database);
    const ids = { organisationId, id: randomUUID() };
    await withOrganisation(database, organisationId, (tx) => queue.send(tx, 'run', ids));
    await sql`update pgboss.job set state = 'active', started_on = now(), heartbeat_on = now() where name = 'run'`.execute(
      database.owner,
    );
    return ids;
  }
});
