import type { FastifyRequest } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { roles } from '@proofpix/contract/access';
import { rateLimitNames, rateLimits, type RateLimitName } from '@proofpix/contract/rate-limits';
import { routes } from '@proofpix/contract/routes';
import { listenApp, type TestApp } from '../../../test/listen-app.ts';
import { hasRedis, openGate, redisUrl } from '../../../test/shared-redis.ts';
import { createLog } from '../../log.ts';
import { openRedis, type Redis } from '../../redis.ts';
import { bind, type App, type Caller } from '../bind.ts';
import { createOwnCounters } from './counters.ts';
import { openLimits } from './open-limits.ts';

const usual = Object.fromEntries(rateLimitNames.map((name) => [name, rateLimits[name].requests])) as Record<
  RateLimitName,
  number
>;
const member: Caller = {
  userId: 'user',
  organisationId: 'organisation',
  role: 'owner',
  plan: 'enterprise',
  access: new Set(roles.owner),
  byProvider: false,
  secondFactorMissing: false,
  operator: false,
  credential: 'bearer',
  credentialId: 'session',
  address: '127.0.0.1',
  requestId: 'request',
};

/** An app whose callers are whoever they say they are. */
function serve(options: Partial<Parameters<typeof openLimits>[0]> = {}): Promise<TestApp> {
  const limits = openLimits({
    redis: undefined,
    allowed: usual,
    countMonth: async () => null,
    takeBack: async () => {},
    ...options,
  });
  const signIn = async ({ headers }: FastifyRequest): Promise<Caller> => {
    const [organisationId = '', userId = '', credential = 'bearer'] = (headers.authorization ?? '').split(' ');
    return { ...member, organisationId, userId, credentialId: userId, credential: credential as Caller['credential'] };
  };
  return listenApp({ signIn, admit: limits.admit }, (app: App) => {
    bind(app, routes.plugins.uninstall, async () => ({ status: 204 }));
    bind(app, routes.members.remove, async () => ({ status: 204 }));
    bind(app, routes.members.list, async () => ({ status: 200, body: { items: [] } }));
    bind(app, routes.marketplace.featured, async () => ({ status: 200, body: { items: [] } }));
    bind(app, routes.server.manifestSchema, async () => ({ status: 200, body: {} }));
  });
}

type Who = { organisation?: string; user?: string; credential?: Caller['credential'] };
const uninstall = 'DELETE /api/plugins/some-plugin';
async function ask({ url }: TestApp, what: string, { organisation = 'ours', user = 'ada', credential }: Who = {}) {
  const [method = '', path = ''] = what.split(' ');
  const authorization = [organisation, user, credential ?? 'bearer'].join(' ');
  const response = await fetch(url + path, { method, headers: { authorization } });
  const text = await response.text();
  const body: { code?: string; detail?: string } = text === '' || response.ok ? {} : JSON.parse(text);
  return { status: response.status, headers: response.headers, ...body };
}
const times = <Value>(count: number, work: () => Promise<Value>) => Promise.all(Array.from({ length: count }, work));

describe('requests of one server', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await serve();
  });
  afterAll(() => app[Symbol.asyncDispose]());

  test('ten operations on plugins pass in 15 minutes, then the answer says when the next one may', async () => {
    const answers = [];
    for (let index = 0; index < 11; index += 1) answers.push(await ask(app, uninstall));
    expect(answers.map(({ status }) => status)).toEqual([...Array<number>(10).fill(204), 429]);
    expect(answers[0]?.headers.get('ratelimit-policy')).toBe('"plugin-operation";q=10;w=900');
    expect(answers[0]?.headers.get('ratelimit')).toMatch(/^"plugin-operation";r=9;t=9\d\d$/);
    const refused = answers.at(-1);
    expect(refused?.code).toBe('rate_limited');
    expect(refused?.detail).toMatch(/^10 in 15 minutes\. The next one in \d+ s\.$/);
    expect(refused?.headers.get('ratelimit')).toMatch(/^"plugin-operation";r=0;t=\d+$/);
    expect(refused?.headers.get('retry-after')).toBe(/t=(\d+)/.exec(refused?.headers.get('ratelimit') ?? '')?.[1]);
  });

  test('the rule is for the whole organisation, whoever of it asks and with what', async () => {
    const organisation = 'together';
    await times(9, () => ask(app, uninstall, { organisation, user: 'ada' }));
    expect((await ask(app, uninstall, { organisation, user: 'grace', credential: 'api_token' })).status).toBe(204);
    expect((await ask(app, uninstall, { organisation, user: 'linus', credential: 'cookie' })).status).toBe(429);
    expect((await ask(app, uninstall, { organisation: 'another' })).status).toBe(204);
  });

  test('reading goes on when operations are used up, and each caller reads for itself', async () => {
    const organisation = 'reading';
    await times(11, () => ask(app, uninstall, { organisation }));
    const reads = await ask(app, 'GET /api/members', { organisation });
    expect([reads.status, reads.headers.get('ratelimit-policy')]).toEqual([200, '"reading";q=1200;w=60']);
    const remaining = async (who: Who) =>
      /r=(\d+)/.exec((await ask(app, 'GET /api/members', who)).headers.get('ratelimit') ?? '')?.[1];
    expect(await remaining({ organisation })).toBe('1198');
    expect(await remaining({ organisation, user: 'grace' })).toBe('1199');
    expect(await remaining({ organisation, credential: 'api_token' })).toBe('1199');
    expect(await remaining({ organisation: 'elsewhere' })).toBe('1199');
  });

  test('the web app reads the catalog as often as it likes, programs do not', async () => {
    const read = (credential: Caller['credential']) =>
      ask(app, 'GET /api/plugins/marketplace/featured', { credential });
    expect((await read('cookie')).headers.has('ratelimit')).toBe(false);
    expect((await read('bearer')).headers.get('ratelimit-policy')).toBe('"catalog";q=1200;w=60');
  });

  test('whoever is not signed in is counted by address, and where nothing is counted nothing is said', async () => {
    expect((await ask(app, 'GET /api/manifest.schema.json')).headers.get('ratelimit-policy')).toBe(
      '"reading";q=1200;w=60',
    );
    await using free = await serve({ allowed: { ...usual, reading: 0 } });
    expect((await ask(free, 'GET /api/manifest.schema.json')).headers.has('ratelimit')).toBe(false);
  });
});

describe('a window that slides', () => {
  const rule = { requests: 10, seconds: 900 };

  test('has in no 15 minutes more than ten, however they are spread', () => {
    let now = 123_456;
    const counters = createOwnCounters(() => now);
    const passed: number[] = [];
    for (let step = 0; step < 5_000; step += 1) {
      // Bursts, pauses and waits of all lengths; the same each time.
      now += [0, 1, 7_000, 60_000, 449_999, 899_999][(step * 7 + (step >> 3)) % 6] ?? 0;
      if (counters.take('operations', 'ours', rule).allowed) passed.push(now);
    }
    expect(passed.length).toBeGreaterThan(500);
    for (const [index, time] of passed.entries()) {
      const tenBefore = passed[index - 10];
      if (tenBefore !== undefined) expect(time - tenBefore).toBeGreaterThanOrEqual(900_000);
    }
  });

  test('lets the next one pass when it said so', () => {
    let now = 0;
    const counters = createOwnCounters(() => now);
    for (let index = 0; index < 10; index += 1) counters.take('operations', 'ours', rule);
    const { allowed, milliseconds } = counters.take('operations', 'ours', rule);
    expect([allowed, milliseconds <= 915_000]).toEqual([false, true]);
    now += milliseconds - 1;
    expect(counters.take('operations', 'ours', rule).allowed).toBe(false);
    now += 1;
    expect(counters.take('operations', 'ours', rule)).toMatchObject({ allowed: true, remaining: 9 });
  });

  test('of strangers cannot fill the memory, nor displace what is counted of others', () => {
    const counters = createOwnCounters(() => 0);
    const before = process.memoryUsage().heapUsed;
    counters.take('operations', 'ours', { requests: 1, seconds: 900 });
    for (let index = 0; index < 200_000; index += 1) counters.take('reading', `address ${index}`, rule);
    expect(counters.take('operations', 'ours', { requests: 1, seconds: 900 }).allowed).toBe(false);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(64 * 1024 * 1024);
  });
});

const log = createLog('silent');

describe.skipIf(!hasRedis)('servers that share a Redis', () => {
  const opened: AsyncDisposable[] = [];
  afterAll(async () => {
    for (const one of opened.reverse()) await one[Symbol.asyncDispose]();
  });
  async function serveWith(redis: Redis, options: Partial<Parameters<typeof openLimits>[0]> = {}) {
    const app = await serve({ redis, ...options });
    opened.push(redis, app);
    return app;
  }

  test('let exactly the allowed number pass of a thousand that come at once', async () => {
    const apps = [
      await serveWith(await openRedis(redisUrl, log)),
      await serveWith(await openRedis(redisUrl, log)),
    ] as const;
    const organisation = `at-once-${crypto.randomUUID()}`;
    let next = 0;
    const statuses = await times(1_000, async () => {
      const app = apps[(next += 1) % 2] ?? apps[0];
      return (await ask(app, uninstall, { organisation })).status;
    });
    expect(statuses.filter((status) => status === 204)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(990);
  });

  test('count by the clock of Redis, and leave nothing there for longer than the window', async () => {
    const redis = await openRedis(redisUrl, log);
    const app = await serveWith(redis);
    const organisation = `kept-${crypto.randomUUID()}`;
    expect((await ask(app, uninstall, { organisation })).headers.get('ratelimit')).toMatch(
      /^"plugin-operation";r=9;t=9\d\d$/,
    );
    const left = await redis.script<number>(`return redis.call('PTTL', KEYS[1])`)(
      `proofpix:limit:plugin-operation:${organisation}`,
    );
    expect(left).toBeGreaterThan(800_000);
    expect(left).toBeLessThanOrEqual(915_000);
  });

  test('count each for itself while Redis is gone, from what they let pass before, and together again afterwards', async () => {
    await using gate = await openGate();
    const redis = await openRedis(gate.url, log);
    const limits = openLimits({ redis, allowed: usual, countMonth: async () => null, takeBack: async () => {} });
    const app = await serveWith(redis);
    const other = await serveWith(await openRedis(redisUrl, log));
    const organisation = `gone-${crypto.randomUUID()}`;
    const operation = async (on: TestApp) => (await ask(on, uninstall, { organisation })).status;
    expect(limits.state()).toBe('shared');
    for (let index = 0; index < 6; index += 1) expect(await operation(app)).toBe(204);
    expect(await operation(other)).toBe(204);

    gate.close();
    const alone = [];
    for (let index = 0; index < 6; index += 1) alone.push(await operation(app));
    expect(alone).toEqual([204, 204, 204, 204, 429, 429]);
    expect(limits.state()).toBe('not-shared');

    gate.open();
    // Seven are known there; whoever asks before it answers again is still counted here.
    await expect.poll(async () => [await operation(app), limits.state()], { timeout: 20_000 }).toEqual([204, 'shared']);
  });
});

describe.skipIf(!hasRedis)('a server that starts while Redis is away', () => {
  test('counts for itself, and together with the others as soon as it is there', async () => {
    await using gate = await openGate();
    gate.close();
    await using redis = await openRedis(gate.url, log);
    const limits = openLimits({ redis, allowed: usual, countMonth: async () => null, takeBack: async () => {} });
    await using app = await serve({ redis });
    const organisation = `away-${crypto.randomUUID()}`;
    expect([(await ask(app, uninstall, { organisation })).status, limits.state()]).toEqual([204, 'not-shared']);
    gate.open();
    await expect
      .poll(
        async () => {
          await ask(app, 'GET /api/members', { organisation });
          return limits.state();
        },
        { timeout: 20_000 },
      )
      .toBe('shared');
  });
});
