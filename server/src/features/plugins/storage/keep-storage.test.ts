import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer, type TestMember, type TestServer } from '../../../../test/start-server.ts';
import { asSystem } from '../../../db/tenancy.ts';
import { deleteOld } from '../prune-records.ts';
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
  expect(answers.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => expect.any(Number)));
  expect(answers.slice(21)).toEqual(['storage_quota', 'storage_quota', 'storage_quota', 'storage_quota']);
  expect(await storage('store-b', [['set', 'one too large', { fill: 300_000 }]])).toEqual(['host_call_invalid']);
  expect(
    await storage('store-b', [
      ['delete', 'big/0'],
      ['set', 'again', big],
      ['set', 'again', big],
    ]),
  ).toEqual([true, expect.any(Number), expect.any(Number)]);
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
  ).toEqual([expect.any(Number), 'a\uFFFDb']);
});

test('a value is replaced only by whoever saw the newest version; what was deleted and made again is another one', async () => {
  const [made, same, tooLate, created] = await storage('store-a', [
    ['set', 'cas', 'a', { ifVersion: 0 }],
    ['read', 'cas'],
    ['set', 'cas', 'b', { ifVersion: 0 }],
    ['set', 'cas', 'b', { ifVersion: 999_999 }],
  ]);
  expect([same, tooLate, created]).toEqual([{ value: 'a', version: made }, 'storage_conflict', 'storage_conflict']);
  const [second, , again, stale, gone] = await storage('store-a', [
    ['set', 'cas', 'b', { ifVersion: made }],
    ['delete', 'cas'],
    ['set', 'cas', 'a', { ifVersion: 0 }],
    ['set', 'cas', 'c', { ifVersion: made }],
    ['read', 'not there'],
  ]);
  expect(second).toBeGreaterThan(Number(made));
  expect(again).toBeGreaterThan(Number(second));
  expect([stale, gone]).toEqual(['storage_conflict', { value: null, version: 0 }]);
});

test('a value whose time is over counts as not there for a compare-and-set', async () => {
  const [old] = await storage('store-a', [['set', 'lease', 1, { ttlSeconds: 1, ifVersion: 0 }]]);
  let answer: unknown;
  do [answer] = await storage('store-a', [['set', 'lease', 2, { ifVersion: 0 }]]);
  while (answer === 'storage_conflict');
  expect(answer).toBeGreaterThan(Number(old));
});

test('fifty that count at the same moment and try again when another was first end at fifty', async () => {
  await install(owner, {
    manifest: { id: 'counter', permissions: ['storage'], limits: { timeout: 60_000 } },
    exports: asking(
      'counter',
      `for (;;) {
        const { value, version } = await ctx.storage.read('count');
        try { return { version: await ctx.storage.set('count', (value ?? 0) + 1, { ifVersion: version }) }; }
        catch (error) { if (error.code !== 'storage_conflict') throw error; }
      }`,
    ),
  });
  const all = await Promise.all(Array.from({ length: 50 }, () => ask(owner, 'counter:ask')));
  expect(all.flat().filter(({ ok }) => !ok)).toEqual([]);
  await install(owner, {
    manifest: { id: 'counter', version: '1.0.1', permissions: ['storage'] },
    exports: asking('counter', `return await ctx.storage.read('count')`),
  });
  const [last] = await ask(owner, 'counter:ask');
  expect(last?.result).toEqual({ value: 50, version: 50 });
});

test('keys come in pages, each behind the last key of the one before, whatever is added or deleted meanwhile', async () => {
  await install(owner, {
    manifest: { id: 'pages', permissions: ['storage'], limits: { timeout: 60_000 } },
    exports: asking(
      'pages',
      `if (input.add) return { added: await Promise.all(input.add.map((key) => ctx.storage.set(key, 1))) };
      const pages = [];
      let after;
      for (;;) {
        const page = await ctx.storage.list('p/', { after });
        if (page.length === 0) return { pages };
        pages.push(page.length);
        after = page.at(-1);
        if (pages.length === 1) { await ctx.storage.delete(page[0]); await ctx.storage.set('p/0000', 1); }
      }`,
    ),
  });
  const keys = Array.from({ length: 1_203 }, (_, index) => `p/${String(index + 1).padStart(4, '0')}`);
  for (let at = 0; at < keys.length; at += 100) {
    const [answer] = await ask(owner, 'pages:ask', { add: keys.slice(at, at + 100) });
    expect(answer?.ok).toBe(true);
  }
  const [answer] = await ask(owner, 'pages:ask', {});
  expect(answer?.result).toEqual({ pages: [1_000, 203] });
});

test('what a plugin kept while it was installed has its versions, and counting goes on from them', async () => {
  await install(owner, {
    manifest: { id: 'early', permissions: ['storage'] },
    exports: `${asking('early', `return [await ctx.storage.read('a'), await ctx.storage.set('a', 2, { ifVersion: 3 })]`)},
      async initialize(ctx) {
        await ctx.storage.set('a', 0, { ifVersion: 0 });
        await ctx.storage.delete('a');
        await ctx.storage.set('a', 0, { ifVersion: 0 });
        await ctx.storage.set('a', 1, { ifVersion: 2 });
        const refused = await ctx.storage.set('a', 9, { ifVersion: 1 }).catch((error) => error.code);
        if (refused !== 'storage_conflict') throw new Error(refused);
      }`,
  });
  const [answer] = await ask(owner, 'early:ask');
  expect(answer?.result).toEqual([{ value: 1, version: 3 }, 4]);
});

test('what nobody reads any more is deleted in time, and only that', async () => {
  await storage('store-a', [
    ['set', 'over', 1, { ttlSeconds: 1_000 }],
    ['set', 'stays', 1, { ttlSeconds: 1_000 }],
  ]);
  const keys = () =>
    asSystem(server.db, 'prune', (tx) =>
      tx.selectFrom('plugin_storage').select('key').where('key', 'in', ['over', 'stays']).orderBy('key').execute(),
    );
  await asSystem(server.db, 'prune', (tx) =>
    tx
      .updateTable('plugin_storage')
      .set({ expires_at: new Date(Date.now() - 1) })
      .where('key', '=', 'over')
      .execute(),
  );
  expect(await keys()).toEqual([{ key: 'over' }, { key: 'stays' }]);
  await deleteOld(server.db, new Date());
  expect(await keys()).toEqual([{ key: 'stays' }]);
});
