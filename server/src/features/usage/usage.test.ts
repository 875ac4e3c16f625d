import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '@proofpix/contract/routes';
import { hasRedis, redisUrl } from '../../../test/shared-redis.ts';
import { testDatabaseUrl } from '../../../test/test-database.ts';
import { startServer, type TestMember, type TestServer } from '../../../test/start-server.ts';
import { asSystem, withOrganisation } from '../../db/tenancy.ts';
import { createLog } from '../../log.ts';
import { openRedis } from '../../redis.ts';
import { countRequests, monthOf } from './count-requests.ts';
import { addRequests, findRequests } from './queries.ts';
import { createSharedMonths } from './shared-months.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const log = createLog('silent');
const month = () => monthOf(new Date());
/** As if so many had come before on another server. */
const used = (organisationId: string, requests: number, of = month()) =>
  asSystem(server.db, 'count-requests', (tx) => addRequests(tx, [{ organisationId, month: of, requests }]));
const stored = (organisationId: string, of = month()) =>
  withOrganisation(server.db, organisationId, (tx) => findRequests(tx, organisationId, of));
const times = <Value>(count: number, work: () => Promise<Value>) => Promise.all(Array.from({ length: count }, work));
const read = async (member: TestMember) => {
  const response = await member.fetch('/api/members');
  const body = response.ok ? {} : ((await response.json()) as { code: string; detail: string });
  return { status: response.status, headers: response.headers, ...body };
};

describe('the requests of a month', () => {
  test('are counted one by one, shown with the limits of the server, and not those of the web app', async () => {
    const { owner } = await server.createOrganisation({ plan: 'professional' });
    const before = (await owner.call(routes.usage.read)).requests.used;
    await times(25, () => owner.fetch('/api/members'));
    const { token } = await owner.call(routes.tokens.create, { body: { name: 'x', access: ['signed-in'] } });
    await fetch(`${server.url}/api/members`, { headers: { authorization: `Bearer ${token}` } });
    const signedIn = await fetch(`${server.url}/api/auth/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: owner.email, password: owner.password }),
    });
    const cookie = signedIn.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
    for (let index = 0; index < 5; index += 1) await fetch(`${server.url}/api/members`, { headers: { cookie } });
    const usage = await owner.call(routes.usage.read);
    expect(usage.requests).toMatchObject({ used: before + 27, limit: 10_000 });
    expect(usage.months[0]).toEqual({ month: month().slice(0, 7), requests: before + 27 });
    expect(usage.rateLimits).toContainEqual({
      name: 'plugin-operation',
      per: 'organisation',
      requests: null,
      seconds: 900,
    });
  });

  test('end exactly at the limit of the plan, also when many come at once, and the answer says when they begin anew', async () => {
    const { owner, id } = await server.createOrganisation({ plan: 'free' });
    await owner.call(routes.usage.read);
    await used(id, 990 - (await stored(id)));
    // Read anew, as after a while without requests.
    const counts = countRequests({ db: server.db, log });
    const many = await times(50, () => counts.count({ organisationId: id, plan: 'free' }));
    expect(many.filter((one) => one?.allowed === true)).toHaveLength(10);
    expect(many.at(-1)).toMatchObject({ allowed: false, limit: 1_000, used: 1_000 });
    await counts[Symbol.asyncDispose]();
    expect(await stored(id)).toBe(1_000);
  });

  test('are refused beyond the limit, but for what says why and the way out; the web app goes on', async () => {
    const { owner, id } = await server.createOrganisation({ plan: 'free' });
    await used(id, 998);
    const answers = [];
    for (let index = 0; index < 3; index += 1) answers.push(await read(owner));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(answers[0]?.headers.get('ratelimit-policy')).toBe('"month";q=1000');
    expect(answers[0]?.headers.get('ratelimit')).toMatch(/^"month";r=1;t=\d+$/);
    const refused = answers[2];
    const resetsAt = new Date(Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth() + 1));
    expect(refused).toMatchObject({
      code: 'monthly_limit_reached',
      detail: `1000 requests; they begin anew at ${resetsAt.toISOString()}.`,
    });
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await owner.call(routes.usage.read)).requests).toEqual({
      used: 1_000,
      limit: 1_000,
      resetsAt: resetsAt.toISOString(),
    });
    await owner.call(routes.auth.account);
    const session = await fetch(`${server.url}/api/auth/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: owner.email, password: owner.password }),
    });
    const cookie = session.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
    expect((await fetch(`${server.url}/api/members`, { headers: { cookie } })).status).toBe(200);
  });

  test('are as many as anyone likes on the highest plan, and counted all the same', async () => {
    const { owner, id } = await server.createOrganisation();
    await used(id, 5_000_000);
    const answer = await read(owner);
    expect([answer.status, answer.headers.has('ratelimit')]).toEqual([200, false]);
    expect((await owner.call(routes.usage.read)).requests).toMatchObject({ used: 5_000_001, limit: null });
  });

  test('are not those that could not be read, but those that found nothing', async () => {
    const { owner } = await server.createOrganisation({ plan: 'free' });
    const send = (path: string, body: string, type = 'application/json') =>
      owner.fetch(path, { method: 'POST', headers: { 'content-type': type }, body });
    const before = (await owner.call(routes.usage.read)).requests.used;
    const statuses = [];
    for (let index = 0; index < 3; index += 1) {
      statuses.push((await send('/api/tokens', '{')).status);
      statuses.push((await send('/api/tokens', '{"name":5}')).status);
      statuses.push((await send('/api/tokens', 'name', 'text/plain')).status);
    }
    expect([...new Set(statuses)].sort()).toEqual([400, 415]);
    expect((await owner.fetch(`/api/runs/${crypto.randomUUID()}`)).status).toBe(404);
    // Taken back once the answer is out, which the caller may know a moment earlier.
    await expect.poll(async () => (await owner.call(routes.usage.read)).requests.used).toBe(before + 1);
  });

  test('begin anew with the month (UTC), and each is written into its own', async () => {
    const { id } = await server.createOrganisation({ plan: 'free' });
    let now = new Date('2031-01-31T23:59:59.999Z');
    const counts = countRequests({ db: server.db, log, now: () => now });
    const caller = { organisationId: id, plan: 'free' as const };
    await used(id, 999, '2031-01-01');
    expect((await counts.count(caller))?.allowed).toBe(true);
    expect(await counts.count(caller)).toMatchObject({ allowed: false, resetsAt: new Date('2031-02-01T00:00:00Z') });
    now = new Date('2031-02-01T00:00:00Z');
    expect(await counts.count(caller)).toMatchObject({ allowed: true, used: 1 });
    await counts[Symbol.asyncDispose]();
    expect([await stored(id, '2031-01-01'), await stored(id, '2031-02-01')]).toEqual([1_000, 1]);
  });

  test('that could not be written are kept until they can', async () => {
    const { id } = await server.createOrganisation({ plan: 'free' });
    let fails = true;
    const owner = new Proxy(server.db.owner, {
      get: (target, name) => {
        if (name === 'transaction' && fails) throw new Error('The database is away.');
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const counts = countRequests({ db: { ...server.db, owner }, log });
    await times(7, () => counts.count({ organisationId: id, plan: 'professional' }));
    await expect(counts.flush()).rejects.toThrow('away');
    await counts.count({ organisationId: id, plan: 'professional' });
    fails = false;
    await counts.flush();
    expect(await stored(id)).toBe(8);
    await counts[Symbol.asyncDispose]();
  });

  test('of an organisation that is gone do not keep those of others from being written', async () => {
    const { id } = await server.createOrganisation({ plan: 'free' });
    const counts = countRequests({ db: server.db, log });
    await counts.count({ organisationId: '00000000-0000-4000-8000-000000000000', plan: 'enterprise' });
    await counts.count({ organisationId: id, plan: 'enterprise' });
    await counts[Symbol.asyncDispose]();
    expect(await stored(id)).toBe(1);
  });
});

describe.skipIf(!hasRedis)('the requests of a month on servers that share a Redis', () => {
  test('end exactly at the limit for all together, also when they come at once and one knows nothing yet', async () => {
    const { id } = await server.createOrganisation({ plan: 'free' });
    await used(id, 900);
    await using one = await openRedis(redisUrl, log);
    await using two = await openRedis(redisUrl, log);
    await using here = countRequests({ db: server.db, log, shared: createSharedMonths(one) });
    await using there = countRequests({ db: server.db, log, shared: createSharedMonths(two) });
    let next = 0;
    const many = await times(300, () => ((next += 1) % 2 ? here : there).count({ organisationId: id, plan: 'free' }));
    expect(many.filter((month) => month?.allowed === true)).toHaveLength(100);
    await here.takeBack({ organisationId: id, plan: 'free' }, new Date());
    // What one took back, the other may give.
    const again = await times(5, () => there.count({ organisationId: id, plan: 'free' }));
    expect(again.filter((month) => month?.allowed === true)).toHaveLength(1);
    await Promise.all([here.flush(), there.flush()]);
    expect(await stored(id)).toBe(1_000);
  });

  test.skipIf(testDatabaseUrl === undefined)(
    'are counted together by two servers with one database',
    { timeout: 60_000 },
    async () => {
      const environment = { REDIS_URL: redisUrl };
      await using first = await startServer({ environment });
      await using second = await startServer({
        environment: {
          ...environment,
          DATABASE_URL: first.databaseUrl ?? '',
          KEY_FILE: join(first.dataDir, 'keys', 'master.key'),
        },
      });
      const { owner, id } = await first.createOrganisation({ plan: 'free' });
      await asSystem(first.db, 'count-requests', (tx) =>
        addRequests(tx, [{ organisationId: id, month: month(), requests: 989 }]),
      );
      const { token } = await owner.call(routes.tokens.create, { body: { name: 'On both', access: ['signed-in'] } });
      await owner.call(routes.usage.read); // writes what was counted
      const headers = { authorization: `Bearer ${token}` };
      const ask = async (index: number) =>
        (await fetch(`${(index % 2 ? first : second).url}/api/members`, { headers })).status;
      const statuses = await Promise.all(Array.from({ length: 40 }, (_, index) => ask(index)));
      expect(statuses.filter((status) => status === 200)).toHaveLength(10);
      expect(statuses.filter((status) => status === 429)).toHaveLength(30);
      const wrong = await fetch(`${second.url}/api/tokens`, { method: 'POST', headers, body: '{' });
      expect(wrong.status).toBe(429);
    },
  );
});
