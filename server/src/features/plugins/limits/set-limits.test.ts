import { afterAll, beforeAll, expect, test } from 'vitest';
import { organisationRoutes } from '@proofpix/contract/api/accounts';
import { pluginRoutes } from '@proofpix/contract/api/plugins';
import { manifestLimits } from '@proofpix/contract/limits';
import type { LimitInForce, OrganisationLimits } from '@proofpix/contract/receipts';
import { startServer, type TestMember, type TestServer } from '../../../../test/start-server.ts';
import { readConfig } from '../../../config.ts';
import { ask, asking, install, problemOf, sendJson } from '../test/test-plugins.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ environment: { PLUGIN_TIMEOUT_MAXIMUM: '5000', PLUGIN_MEMORY_MAXIMUM: '200' } });
});
afterAll(() => server?.stop());

const put = (member: TestMember, limits: OrganisationLimits) =>
  member.call(organisationRoutes.putLimits, { body: { limits } });
const byName = (limits: readonly LimitInForce[]) => Object.fromEntries(limits.map((row) => [row.limit, row]));
const detail = async (member: TestMember, id: string) =>
  byName((await member.call(pluginRoutes.get, { params: { id } })).limits);

/** Answers after so many milliseconds. */
const slow = asking('slow', `await new Promise((resolve) => setTimeout(resolve, input.wait)); return {}`);

test('the lowest of manifest, organisation and server is in force, and shown with all three', async () => {
  const { owner } = await server.createOrganisation();
  await install(owner, { manifest: { id: 'slow', limits: { timeout: 60_000 } }, exports: slow });
  expect(await owner.call(organisationRoutes.getLimits)).toEqual({
    limits: {},
    server: { memory: 200, timeout: 5_000, cpu: 60_000, requestsPerMinute: 1_000 },
    updatedAt: null,
  });
  expect(await detail(owner, 'slow')).toMatchObject({
    timeout: { asked: 60_000, organisation: null, server: 5_000, inForce: 5_000, unit: 'ms' },
    memory: { asked: null, usual: 96, organisation: null, server: 200, inForce: 96, unit: 'MB' },
  });
  const limits = { timeout: 300, memory: 32, requestsPerMinute: 5 };
  expect(await put(owner, limits)).toMatchObject({ limits, updatedAt: expect.any(String) });
  expect(await detail(owner, 'slow')).toMatchObject({
    timeout: { asked: 60_000, organisation: 300, inForce: 300 },
    memory: { asked: null, organisation: 32, inForce: 32 },
    requestsPerMinute: { asked: null, usual: 100, organisation: 5, inForce: 5 },
    cpu: { asked: null, organisation: null, inForce: manifestLimits.cpu.default },
  });
  const { declared } = await owner.call(pluginRoutes.receipt, { params: { id: 'slow' } });
  expect(byName(declared.limits)).toMatchObject({ timeout: { asked: 60_000, inForce: 300 } });
});

test('a change holds for the very next call, of this organisation alone, and after a restart of the plugin', async () => {
  const { owner } = await server.createOrganisation();
  const { owner: other } = await server.createOrganisation();
  for (const member of [owner, other]) await install(member, { manifest: { id: 'slow' }, exports: slow });
  const call = async (member: TestMember) => (await ask(member, 'slow:ask', { wait: 1_000 }))[0];
  expect(await call(owner)).toMatchObject({ ok: true });
  await put(owner, { timeout: 200 });
  expect(await call(owner)).toMatchObject({ ok: false, error: { code: 'plugin_timeout' } });
  expect(await call(other)).toMatchObject({ ok: true });
  await put(owner, {});
  expect(await call(owner)).toMatchObject({ ok: true });
});

test('memory is limited from the next start of the process on', async () => {
  const { owner } = await server.createOrganisation();
  const exports = asking(
    'holds',
    `const kept = []; while (kept.length < 60) kept.push(new Uint8Array(1024 * 1024).fill(1)); return kept.length`,
  );
  await install(owner, { manifest: { id: 'holds' }, exports });
  expect(await ask(owner, 'holds:ask')).toMatchObject([{ ok: true, result: 60 }]);
  await put(owner, { memory: 24 });
  await owner.call(pluginRoutes.unload, { params: { id: 'holds' } });
  await owner.call(pluginRoutes.load, { params: { id: 'holds' } });
  expect(await ask(owner, 'holds:ask')).toMatchObject([{ ok: false, error: { code: 'plugin_memory' } }]);
});

test('what is over the server, out of bounds or unknown is refused by name and changes nothing', async () => {
  const { owner, signIn } = await server.createOrganisation();
  await put(owner, { timeout: 400 });
  for (const [limits, field] of [
    [{ timeout: 6_000 }, 'timeout'],
    [{ memory: 201 }, 'memory'],
    [{ memory: 15 }, 'memory'],
    [{ cpu: 0 }, 'cpu'],
    [{ requestsPerMinute: 1.5 }, 'requestsPerMinute'],
    [{ disk: 5 }, 'disk'],
  ] as const) {
    const problem = await problemOf(await sendJson(owner, '/api/organisations/limits', 'PUT', { limits }));
    expect(problem, field).toMatchObject({ status: 400, code: 'invalid_request' });
    expect(JSON.stringify(problem.errors)).toContain(field);
  }
  expect(await owner.call(organisationRoutes.getLimits)).toMatchObject({ limits: { timeout: 400 } });
  const analyst = await signIn('analyst');
  expect(await analyst.call(organisationRoutes.getLimits)).toMatchObject({ limits: { timeout: 400 } });
  expect((await sendJson(analyst, '/api/organisations/limits', 'PUT', { limits: {} })).status).toBe(403);
  const { owner: stranger } = await server.createOrganisation();
  expect(await stranger.call(organisationRoutes.getLimits)).toMatchObject({ limits: {} });
});

test('many changes at once end with what is stored being in force', async () => {
  const { owner } = await server.createOrganisation();
  await install(owner, { manifest: { id: 'slow', limits: { timeout: 60_000 } }, exports: slow });
  await Promise.all(Array.from({ length: 10 }, (_, index) => put(owner, { timeout: 200 + index })));
  const stored = (await owner.call(organisationRoutes.getLimits)).limits.timeout;
  expect((await detail(owner, 'slow')).timeout?.inForce).toBe(stored);
});

test('the ceilings of the server are whole numbers within what a manifest may ask for', () => {
  expect(readConfig({}).pluginLimits).toEqual({ memory: 512, timeout: 60_000, cpu: 60_000, requestsPerMinute: 1_000 });
  for (const wrong of ['15', '513', '64.5', 'much']) {
    expect(() => readConfig({ PLUGIN_MEMORY_MAXIMUM: wrong })).toThrow('PLUGIN_MEMORY_MAXIMUM');
  }
});
