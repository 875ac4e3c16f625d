import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer, type TestMember, type TestServer } from '../../../../test/start-server.ts';
import { ask, asking, install } from '../test/test-plugins.ts';

let server: TestServer;
let owner: TestMember;

/** A plugin that does what its input says with its storage. */
const body = `const answers = [];
  for (const call of input.calls) {
    const [name, ...args] = call.map((argument) => (argument?.fill ? 'x'.repeat(argument.fill) : argument));
    try { answers.push((await ctx.storage[name](...args)) ?? null); } catch (error) { answers.push(error.code ?? error.message); }
  }
  return { answers }`;

beforeAll(async () => {
  server = await startServer();
  owner = server.owner;
  for (const id of ['store-a', 'store-b']) {
    await install(owner, {
      manifest: { id, permissions: ['storage'], limits: { timeout: 60_000 } },
      exports: asking(id, body),
    });
  }
});
afterAll(() => server?.stop());

async function storage(id: string, calls: unknown[][]): Promise<unknown[]> {
  const [answer] = await ask(owner, `${id}:ask`, { calls });
  const { answers } = (answer?.result ?? {}) as { answers?: unknown[] }; // the plugin above gives it
  return answers ?? [];
}

test('values are kept by key, listed by prefix in order, deleted once, and not shared between plugins', async () => {
  const kept = [
    ['set', 'a/1', { deep: [1, 'ü', null] }],
    ['set', 'a/2', 0],
    ['set', 'b%', false],
  ];
  await storage('store-a', kept);
  expect(
    await storage('store-a', [
      ['get', 'a/1'],
      ['get', 'a/2'],
      ['get', 'nothing'],
      ['list', 'a/'],
      ['list', 'b%'],
      ['list', '_'],
      ['list'],
    ]),
  ).toEqual([{ deep: [1, 'ü', null] }, 0, null, ['a/1', 'a/2'], ['b%'], [], ['a/1', 'a/2', 'b%']]);
  expect(
    await storage('store-a', [
      ['delete', 'a/1'],
      ['delete', 'a/1'],
      ['get', 'a/1'],
    ]),
  ).toEqual([true, false, null]);
  expect(await storage('store-b', [['get', 'a/2'], ['list']])).toEqual([null, []]);
});

test('a value past its time is gone from everywhere, one without stays', async () => {
  const set = [
    ['set', 'short', 1, { ttlSeconds: 1 }],
    ['set', 'long', 1, { ttlSeconds: 1_000 }],
  ];
  expect((await storage('store-b', [...set, ['list']])).at(-1)).toEqual(['long', 'short']);
  let keys: unknown;
  do [keys] = await storage('store-b', [['list']]);
  while (JSON.stringify(keys) !== '["long"]');
  expect(
    await storage('store-b', [
      ['get', 'short'],
      ['delete', 'short'],
      ['get', 'long'],
    ]),
  ).toEqual([null, false, 1]);
});

test('the quota holds, also for values set at the same moment and for entries of nothing, and freed space can be used', async () => {
  const big = { fill: 250_000 };
  const answers = await storage(
    'store-b',
    Array.from({ length: 25 }, (_, index) => ['set', `big/${index}`, big]),
  );
  expect(answers.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => null));
  expect(answers.slice(21)).toEqual(['storage_quota', 'storage_quota', 'storage_quota', 'storage_quota']);
  expect(await storage('store-b', [['set', 'one too large', { fill: 300_000 }]])).toEqual(['host_call_invalid']);
  expect(
    await storage('store-b', [
      ['delete', 'big/0'],
      ['set', 'again', big],
      ['set', 'again', big],
    ]),
  ).toEqual([true, null, null]);
});

test('a key that no database can keep is refused and harms nothing', async () => {
  const [nul, lone] = ['a\u0000b', '\ud800'];
  const calls = [
    ['set', nul, 1],
    ['get', nul],
    ['delete', nul],
    ['list', nul],
    ['set', lone, 1],
  ];
  expect(await storage('store-a', calls)).toEqual(Array.from(calls, () => 'host_call_invalid'));
  // In a value they are only bytes; what comes out through a result is cleaned there.
  expect(
    await storage('store-a', [
      ['set', 'value', nul],
      ['get', 'value'],
    ]),
  ).toEqual([null, 'a\uFFFDb']);
});
