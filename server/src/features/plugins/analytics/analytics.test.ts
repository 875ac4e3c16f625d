import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '@proofpix/contract/limits';
import { routes } from '@proofpix/contract/routes';
import { startServer, type TestMember, type TestServer } from '../../../../test/start-server.ts';
import { asSystem } from '../../../db/tenancy.ts';
import { createLog } from '../../../log.ts';
import { openQueue, type JobIds, type Queue } from '../../../queue.ts';
import { deleteOlderRows } from '../../privacy/retention/run-retention.ts';
import { ask, asking, install, problemOf } from '../test/test-plugins.ts';
import { dayOf } from './measure.ts';
import { beginRollUps, rollUpDay } from './roll-up.ts';

let server: TestServer;
let owner: TestMember;
const never = new AbortController().signal;
const dayMilliseconds = 86_400_000;

beforeAll(async () => {
  server = await startServer();
  owner = server.owner;
});
afterAll(() => server?.stop());

const read = (id: string, query = {}, member = owner) => member.call(routes.analytics.read, { params: { id }, query });

describe('what a plugin counts', () => {
  beforeAll(async () => {
    await install(owner, {
      manifest: { id: 'counts', permissions: ['analytics'] },
      exports: asking(
        'counts',
        `for (const [name, ...args] of input.calls ?? []) await ctx.analytics[name](...args);
        for (let i = 0; i < (input.names ?? 0); i += 1) await ctx.analytics.count(input.prefix + i);
        return {};`,
      ),
    });
  });

  it('adds up by day: counts, times with their spread, and events by their value', async () => {
    const calls = [
      ['count', 'photos'],
      ['count', 'photos', 2.5],
      ['count', 'photos', -1],
      ['time', 'decode', 10],
      ['time', 'decode', 30],
      ['track', 'camera', 'Pentax'],
      ['track', 'camera', 'Pentax'],
      ['track', 'camera'],
    ];
    await ask(owner, 'counts:ask', { calls });
    await read('counts'); // written in between: what comes later is added
    await ask(owner, 'counts:ask', {
      calls: [
        ['count', 'photos'],
        ['time', 'decode', 20],
      ],
    });
    const { from, to, items } = await read('counts');
    expect((Date.parse(to) - Date.parse(from)) / dayMilliseconds).toBe(30);
    const nothing = { minimum: null, maximum: null, p50Milliseconds: null, p95Milliseconds: null };
    expect(items).toEqual([
      { day: to, kind: 'count', name: 'photos', value: '', count: 4, sum: 3.5, ...nothing },
      {
        day: to,
        kind: 'time',
        name: 'decode',
        value: '',
        count: 3,
        sum: 60,
        minimum: 10,
        maximum: 30,
        p50Milliseconds: expect.closeTo(20, 0),
        p95Milliseconds: 30,
      },
      { day: to, kind: 'track', name: 'camera', value: '', count: 1, sum: 0, ...nothing },
      { day: to, kind: 'track', name: 'camera', value: 'Pentax', count: 2, sum: 0, ...nothing },
    ]);
  });

  it('fills no table with names: past the limit all new ones are "other", also over many writes', async () => {
    for (const prefix of ['a', 'b', 'c']) {
      await ask(owner, 'counts:ask', { names: 150, prefix });
      await read('counts');
    }
    const { items } = await read('counts');
    expect(items.length).toBeLessThanOrEqual(limits.analyticsNames + 1);
    const other = items.find(({ name }) => name === 'other');
    expect(
      items.filter(({ kind, name }) => kind === 'count' && /^[abc]\d/.test(name)).length + (other?.count ?? 0),
    ).toBe(450);
    await ask(owner, 'counts:ask', { calls: [['count', 'photos']] }); // what has a row is still told apart
    expect((await read('counts')).items.find(({ name }) => name === 'photos')).toMatchObject({ count: 5 });
  });

  it('is read a month at a time, by members of its organisation who may see plugins', async () => {
    expect(await read('counts', { from: '2020-01-01', to: '2020-01-31' })).toEqual({
      from: '2020-01-01',
      to: '2020-01-31',
      items: [],
    });
    for (const query of [
      'from=2020-01-01&to=2020-02-01',
      'from=2020-01-02&to=2020-01-01',
      'from=2020-02-30',
      'from=x',
    ]) {
      expect(await problemOf(await owner.fetch(`/api/plugins/counts/analytics?${query}`)), query).toMatchObject({
        status: 400,
      });
    }
    const { owner: other } = await server.createOrganisation();
    for (const id of ['counts', 'nobodys']) {
      expect(await problemOf(await other.fetch(`/api/plugins/${id}/analytics`))).toMatchObject({
        status: 404,
        code: 'plugin_not_found',
      });
    }
  });
});

type Named = { [name: string]: unknown };
type Told = { event: { plugins: Named[]; counters: Named[]; truncated: boolean }; times: number };

describe('the roll-up of a day', () => {
  const listener = (id: string, more = '') => ({
    manifest: { id, permissions: ['analytics', 'storage'], hooks: ['analytics:generated', `${id}:ask`] },
    exports: `hooks: {
      'analytics:generated': async ({ event }, ctx) => {
        await ctx.storage.set(event.day, { event, times: ((await ctx.storage.get(event.day))?.times ?? 0) + 1 });
        ${more}
        return null;
      },
      '${id}:ask': async (input, ctx) => {
        if (input.count) await ctx.analytics.count(input.count);
        return Object.fromEntries(await Promise.all((await ctx.storage.list()).map(async (key) => [key, await ctx.storage.get(key)])));
      },
    }`,
  });
  const jobs: JobIds[] = [];
  /** Keeps the jobs instead of working on them: the tests do, through the job's own function. */
  const queue = { send: async (_tx: unknown, _name: string, ids: JobIds) => void jobs.push(ids) } as unknown as Queue;
  const today = dayOf(new Date());
  /** Midnight after today, and `minutes`. */
  const after = (days: number, minutes: number) =>
    new Date(Date.parse(today) + days * dayMilliseconds + minutes * 60_000);
  const begin = (now: Date) => beginRollUps({ db: server.db, queue }, now);
  const work = async (ids: JobIds) =>
    rollUpDay({ db: server.db, host: server.host, log: createLog('silent') }, ids, never);
  const told = async (id: string, member = owner) =>
    (await ask(member, `${id}:ask`))[0]?.result as Record<string, Told>; // the plugin above

  it('comes once, after midnight, to each plugin that listens and holds the grant, with its own counters and all totals', async () => {
    await install(owner, listener('first'));
    await install(owner, listener('second', `throw new Error('no')`));
    await install(owner, listener('refused'));
    await owner.call(routes.plugins.putGrants, {
      params: { id: 'refused' },
      body: { grants: ['storage'], refused: ['analytics'] },
    });
    await ask(owner, 'first:ask', { count: 'of the first' });
    await ask(owner, 'second:ask', { count: 'of the second' });
    const other = await server.createOrganisation();
    await install(other.owner, listener('first'));
    await ask(other.owner, 'first:ask', { count: 'of another organisation' });
    await read('counts');
    expect(await begin(after(1, 4))).toBe(0); // what was counted before midnight may still be on its way
    expect(await begin(after(1, 6))).toBe(2);
    expect(await Promise.all([begin(after(1, 6)), begin(after(1, 6))])).toEqual([0, 0]);
    expect(jobs.length).toBe(2);
    for (const ids of jobs) await work(ids);
    for (const ids of jobs) await work(ids); // a job may come twice
    const first = await told('first');
    expect(Object.keys(first)).toEqual([today]);
    expect(first[today]?.times).toBe(1);
    const event = first[today]?.event;
    expect(event?.counters).toEqual([
      expect.objectContaining({ kind: 'count', name: 'of the first', count: 1, sum: 1 }),
    ]);
    expect(event?.plugins.map(({ plugin }) => plugin).sort()).toEqual(
      expect.arrayContaining(['counts', 'first', 'second']),
    );
    expect(event?.plugins.find(({ plugin }) => plugin === 'second')).toMatchObject({
      calls: 1,
      errors: 0,
    });
    expect(JSON.stringify(event)).not.toContain('of the second');
    expect(JSON.stringify(event)).not.toContain('of another organisation');
    expect((await told('second'))[today]?.times).toBe(1); // it failed, and is told all the same
    expect(await told('refused')).toEqual({});
    expect((await told('first', other.owner))[today]?.event.counters).toMatchObject([
      { name: 'of another organisation' },
    ]);
  });

  it('goes on after a crash with those that were not told', async () => {
    jobs.length = 0;
    await begin(after(2, 6));
    const own = jobs.filter(({ organisationId }) => organisationId === server.organisationId);
    expect(own.length).toBe(1);
    const [ids] = own;
    if (ids === undefined) throw new Error('There is one.');
    const { id: firstId } = await asSystem(server.db, 'prune', (tx) =>
      tx
        .selectFrom('plugins')
        .select('id')
        .where('plugin_id', '=', 'first')
        .where('organisation_id', '=', server.organisationId)
        .executeTakeFirstOrThrow(),
    );
    await asSystem(server.db, 'prune', (tx) =>
      tx
        .updateTable('analytics_days')
        .set({ told: JSON.stringify([firstId]) })
        .where('id', '=', ids.id)
        .execute(),
    );
    await work(ids);
    const tomorrow = dayOf(after(1, 0));
    expect((await told('first'))[tomorrow]).toBeUndefined();
    expect((await told('second'))[tomorrow]?.times).toBe(1);
  });

  it('catches up the days on which no server ran, a week at most, and sends lost jobs again', async () => {
    jobs.length = 0;
    const begun = await begin(after(20, 6));
    expect(begun).toBe(2 * 7);
    const days = await asSystem(server.db, 'prune', (tx) =>
      tx
        .selectFrom('analytics_days')
        .select('day')
        .where('organisation_id', '=', server.organisationId)
        .orderBy('day')
        .execute(),
    );
    expect(days.map(({ day }) => day).slice(2)).toEqual(
      Array.from({ length: 7 }, (_, index) => dayOf(after(13 + index, 0))),
    );
    const lost = jobs.length;
    await asSystem(server.db, 'prune', async (tx) => {
      const { sql } = await import('kysely');
      await sql`update analytics_days set created_at = created_at - interval '2 hours'`.execute(tx);
    });
    await begin(after(20, 6));
    expect(jobs.length).toBeGreaterThanOrEqual(lost * 2 - 1);
  });

  it('travels through the queue of the server', async () => {
    await using real = await openQueue(server.db, createLog('silent'));
    const day = dayOf(after(40, 0));
    expect(await beginRollUps({ db: server.db, queue: real }, after(41, 6))).toBe(2 * 7);
    await expect.poll(async () => (await told('first'))[day]?.times, { timeout: 20_000 }).toBe(1);
  });

  it('is at most 64 kB, whatever a plugin counted', async () => {
    jobs.length = 0;
    await asSystem(server.db, 'prune', (tx) => tx.deleteFrom('analytics_days').execute());
    const { id } = await asSystem(server.db, 'prune', (tx) =>
      tx
        .selectFrom('plugins')
        .select('id')
        .where('plugin_id', '=', 'first')
        .where('organisation_id', '=', server.organisationId)
        .executeTakeFirstOrThrow(),
    );
    await asSystem(server.db, 'prune', async (tx) => {
      for (let index = 0; index < limits.analyticsNames; index += 1) {
        await tx
          .insertInto('plugin_analytics')
          .values({
            organisation_id: server.organisationId,
            installation_id: id,
            day: today,
            kind: 'track',
            name: 'n'.repeat(97) + index,
            value: 'é'.repeat(200),
          })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      }
    });
    await begin(after(1, 6));
    for (const ids of jobs) await work(ids);
    const event = (await told('first'))[today]?.event;
    expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThanOrEqual(limits.emitBytes);
    expect([event?.truncated, event?.counters.length !== 0, event?.plugins.length !== 0]).toEqual([true, true, true]);
  });

  it('and what plugins counted are kept for so many days', async () => {
    const count = () =>
      asSystem(server.db, 'prune', (tx) =>
        tx.selectFrom('plugin_analytics').select('day').where('day', '=', today).execute(),
      );
    const keptFor = async (days: number) => {
      const before = new Date(Date.now() - days * 86_400_000);
      const organisations = await asSystem(server.db, 'prune', (tx) =>
        tx.selectFrom('organisations').select('id').execute(),
      );
      for (const { id } of organisations)
        await deleteOlderRows(server.db, { organisationId: id, kind: 'metrics', before });
    };
    await keptFor(1);
    expect((await count()).length).toBeGreaterThan(0);
    await keptFor(-2);
    expect(await count()).toEqual([]);
  });
});
