import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pluginViewRoutes } from '@proofpix/contract/api/plugin-views';
import { pluginRoutes } from '@proofpix/contract/api/plugins';
import { startServer, type TestMember, type TestServer } from '../../../test/start-server.ts';
import { ask, asking, install, problemOf, sendJson } from './test/test-plugins.ts';

let server: TestServer;
let owner: TestMember;

beforeAll(async () => {
  server = await startServer();
  owner = (await server.createOrganisation({ plan: 'enterprise' })).owner;
  for (let number = 1; number <= 5; number += 1) {
    const type = number % 2 === 0 ? 'analyzer' : 'utility';
    const permissions = number === 3 ? ['files'] : [];
    const hooks = number === 3 ? ['file:process'] : [];
    const manifest = {
      id: `listed-${number}`,
      name: `Listed 100%_${number}`,
      type,
      permissions,
      hooks,
      customHooks: undefined,
    };
    await install(owner, { manifest, exports: 'hooks: {}' }, number === 1 ? { autoLoad: 'true' } : {});
  }
});
afterAll(() => server?.stop());

const list = (query: NonNullable<Parameters<typeof owner.call<typeof pluginRoutes.list>>[1]>['query']) =>
  owner.call(pluginRoutes.list, { query });

test('pages follow each other without gap or repetition, newest first, with an exact total', async () => {
  const seen: string[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await list({ limit: 2, ...(cursor ? { cursor } : {}) });
    expect(page).toMatchObject({ total: 5, totalIsLowerBound: false });
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== null);
  expect(seen).toEqual(['listed-5', 'listed-4', 'listed-3', 'listed-2', 'listed-1']);
});

test('filters narrow the list, alone and together', async () => {
  const ids = async (query: Parameters<typeof list>[0]) => (await list(query)).items.map(({ id }) => id);
  expect(await ids({ state: 'loaded' })).toEqual(['listed-1']);
  expect(await ids({ type: 'analyzer' })).toEqual(['listed-4', 'listed-2']);
  expect(await ids({ category: 'security' })).toEqual([]);
  expect(await ids({ permission: 'files' })).toEqual(['listed-3']);
  expect(await ids({ hook: 'file:process' })).toEqual(['listed-3']);
  expect(await ids({ search: 'LISTED-4' })).toEqual(['listed-4']);
  expect(await ids({ search: '100%_2' })).toEqual(['listed-2']);
  expect(await ids({ search: '%' })).toHaveLength(5);
  expect(await ids({ search: '1000' })).toEqual([]);
  expect(await ids({ type: 'utility', permission: 'files', search: 'listed' })).toEqual(['listed-3']);
});

test('a cursor that is not ours, a limit out of bounds and an unknown filter are refused by name', async () => {
  for (const query of ['cursor=abc', 'cursor=WzFd', 'limit=0', 'limit=101', 'state=none', 'colour=red']) {
    const problem = await problemOf(await owner.fetch(`/api/plugins?${query}`));
    expect(problem).toMatchObject({ status: 400, code: 'invalid_request' });
    expect(problem.errors[0]?.field).toContain(query.split('=')[0]);
  }
});

test('log lines come newest first in pages, without NUL, and only the newest 2,000 are kept', async () => {
  const exports = asking(
    'talks',
    `for (let line = 0; line < 190; line += 1) ctx.log.info('line ' + input.round + '.' + line + ' \\u0000'); return {}`,
  );
  await install(owner, { manifest: { id: 'talks' }, exports });
  for (let round = 0; round < 14; round += 1) await ask(owner, 'talks:ask', { round });
  const first = await owner.call(pluginViewRoutes.logs, { params: { id: 'talks' }, query: { limit: 3 } });
  expect(first.items.map(({ message }) => message)).toEqual([
    'line 13.189 \uFFFD',
    'line 13.188 \uFFFD',
    'line 13.187 \uFFFD',
  ]);
  expect(first).toMatchObject({ total: 1_000, totalIsLowerBound: true });
  const next = await owner.call(pluginViewRoutes.logs, {
    params: { id: 'talks' },
    query: { limit: 1, cursor: first.nextCursor ?? '' },
  });
  expect(next.items[0]?.message).toBe('line 13.186 \uFFFD');
  let cursor: string | null | undefined;
  let lines = 0;
  do {
    const query: { limit: number; cursor?: string } = { limit: 100, ...(cursor ? { cursor } : {}) };
    const page = await owner.call(pluginViewRoutes.logs, { params: { id: 'talks' }, query });
    lines += page.items.length;
    cursor = page.nextCursor;
  } while (cursor !== null);
  // Trimmed every 500 lines, so at most that many more.
  expect(lines).toBeGreaterThanOrEqual(2_000);
  expect(lines).toBeLessThan(2_500);
});

describe('another organisation', () => {
  test("gets the same answers for a plugin that is somebody else's as for one that does not exist", async () => {
    const { owner: stranger } = await server.createOrganisation({ plan: 'enterprise' });
    const requests: [method: string, path: string, body?: object][] = [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/load'],
      ['POST', '/unload'],
      ['GET', '/config'],
      ['PUT', '/config', { config: {} }],
      ['PUT', '/grants', { grants: [] }],
      ['PUT', '/hooks', { hooks: [] }],
      ['GET', '/metrics'],
      ['GET', '/events'],
      ['GET', '/logs'],
    ];
    for (const [method, path, body] of requests) {
      const answers = [];
      for (const id of ['listed-1', 'listed-9']) {
        const response = await sendJson(stranger, `/api/plugins/${id}${path}`, method, body);
        const { requestId, ...document } = (await response.json()) as { requestId: string }; // RFC 9457
        expect(requestId).not.toBe('');
        answers.push({ status: response.status, document });
      }
      expect(answers[0]).toMatchObject({ status: 404, document: { code: 'plugin_not_found' } });
      expect(answers[0]).toEqual(answers[1]);
    }
    expect((await stranger.call(pluginRoutes.list)).total).toBe(0);
    // The id is free there: whether somebody else has it cannot be found out.
    expect(await install(stranger, { manifest: { id: 'listed-1' } })).toMatchObject({
      id: 'listed-1',
      state: 'loaded',
    });
    expect(await ask(stranger, 'listed-1:ask')).toHaveLength(1);
    await stranger.call(pluginRoutes.uninstall, { params: { id: 'listed-1' } });
    expect(await owner.call(pluginRoutes.get, { params: { id: 'listed-1' } })).toMatchObject({ state: 'loaded' });
  });
});
