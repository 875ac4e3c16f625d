import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rawRequest } from '../../../test/raw-request.ts';
import { hasRedis, openGate, redisUrl } from '../../../test/shared-redis.ts';
import { startServer, type TestServer } from '../../../test/start-server.ts';
import { createLog } from '../../log.ts';
import { openRedis } from '../../redis.ts';
import { createAttempts } from './attempts.ts';

const log = createLog('silent');

describe.skipIf(!hasRedis)('two servers that share a Redis', () => {
  let servers: readonly [TestServer, TestServer];
  beforeAll(async () => {
    const environment = { REDIS_URL: redisUrl, TRUSTED_PROXIES: '127.0.0.1' };
    servers = await Promise.all([startServer({ environment }), startServer({ environment })]);
  });
  afterAll(async () => {
    for (const server of servers) await server.stop();
  });

  /** Nobody else's, whatever else goes on at this Redis. */
  const newAddress = () => `2001:db8:${randomUUID().slice(0, 4)}:${randomUUID().slice(0, 4)}::1`;
  const newEmail = () => `${randomUUID()}@example.org`;
  async function post(which: number, path: string, address: string, body: unknown) {
    const { url } = servers[which % 2] ?? servers[0];
    const headers = { 'content-type': 'application/json', 'x-forwarded-for': address };
    return rawRequest(url, { method: 'POST', path, headers, body: JSON.stringify(body) });
  }
  const manyAtOnce = async (count: number, ask: (index: number) => ReturnType<typeof post>) => {
    const answers = await Promise.all(Array.from({ length: count }, (_, index) => ask(index)));
    return answers.map(({ status }) => status);
  };

  test('look at ten wrong passwords together, also when all come at once', async () => {
    const [address, email] = [newAddress(), newEmail()];
    const statuses = await manyAtOnce(40, (index) =>
      post(index, '/api/auth/login', address, { email, password: `wrong ${index}` }),
    );
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(30);
  });

  test('forgive an attempt that succeeded on either', async () => {
    const address = newAddress();
    const { email, password } = servers[0].owner;
    for (let index = 0; index < 12; index += 1) {
      expect((await post(index, '/api/auth/login', address, { email, password })).status).toBe(200);
    }
    const statuses = [];
    for (let index = 0; index < 11; index += 1) {
      statuses.push((await post(index, '/api/auth/login', address, { email, password: 'wrong' })).status);
    }
    expect(statuses).toEqual([...Array<number>(10).fill(401), 429]);
    expect((await post(1, '/api/auth/login', address, { email, password })).status).toBe(429);
    expect((await post(1, '/api/auth/login', newAddress(), { email, password })).status).toBe(200);
  });

  test('send three links for a new password together', async () => {
    const [address, email] = [newAddress(), newEmail()];
    const statuses = await manyAtOnce(10, (index) => post(index, '/api/password-resets', address, { email }));
    expect(statuses.filter((status) => status === 429)).toHaveLength(7);
  });

  test('look at a hundred codes of one address together, and say when the next may come', async () => {
    const address = newAddress();
    const guess = { challenge: 'x'.repeat(43), code: '123456' };
    const statuses = await manyAtOnce(101, (index) => post(index, '/api/auth/login/second-factor', address, guess));
    expect(statuses.filter((status) => status === 429)).toHaveLength(1);
    const refused = await post(0, '/api/auth/login/second-factor', address, guess);
    const seconds = Number(refused.headers['retry-after']);
    expect([refused.status, seconds > 800, seconds <= 900]).toEqual([429, true, true]);
  });
});

describe.skipIf(!hasRedis)('attempts counted by Redis', () => {
  const once = (key: string) => [{ key, allowed: 1 }];

  test('count a second factor under its person, and no key when another one is used up', async () => {
    await using one = await openRedis(redisUrl, log);
    await using two = await openRedis(redisUrl, log);
    const [here, there] = [createAttempts({ redis: one }), createAttempts({ redis: two })];
    const [person, place] = [`second factor ${randomUUID()}`, `place ${randomUUID()}`];
    await here.begin(once(person));
    await expect(there.begin([...once(place), ...once(person)])).rejects.toThrow('Too many requests');
    await there.begin(once(place));
  });

  test('go on from what each server counted itself while Redis is gone', async () => {
    await using gate = await openGate();
    await using redis = await openRedis(gate.url, log);
    const attempts = createAttempts({ redis });
    const key = [{ key: randomUUID(), allowed: 3 }];
    await attempts.begin(key);
    await (await attempts.begin(key)).succeeded();
    gate.close();
    await attempts.begin(key);
    await attempts.begin(key);
    await expect(attempts.begin(key)).rejects.toThrow('Too many requests');
  });

  test('say nothing there of who it was', async () => {
    await using redis = await openRedis(redisUrl, log);
    const names: string[] = [];
    const listening = {
      ...redis,
      script: (lua: string) => {
        const run = redis.script<never>(lua);
        return (keys: string | readonly string[], ...values: number[]) => {
          names.push(...keys);
          return run(keys, ...values);
        };
      },
    };
    await createAttempts({ redis: listening }).begin(once(`192.0.2.1 ${randomUUID()}@example.org`));
    expect(names).toEqual([expect.stringMatching(/^proofpix:attempts:[\w-]{43}$/)]);
  });
});
