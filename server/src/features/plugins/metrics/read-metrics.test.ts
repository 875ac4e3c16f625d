import { afterAll, beforeAll, expect, test } from 'vitest';
import { pluginRoutes } from '@proofpix/contract/api/plugins';
import { startServer, type TestMember, type TestServer } from '../../../../test/start-server.ts';
import { ask, asking, install } from '../test/test-plugins.ts';

let server: TestServer;
let owner: TestMember;

beforeAll(async () => {
  server = await startServer();
  owner = server.owner;
});
afterAll(() => server?.stop());

const metrics = (id: string) => owner.call(pluginRoutes.metrics, { params: { id } });

test('a plugin that burns 200 ms of processor time and holds 40 MB is reported within 20 %', async () => {
  // Work instead of a clock: how long it burns is measured by the plugin's own process, so it is calibrated first.
  const exports = `}; let kept; const burn = (rounds) => { let x = 0; for (let i = 0; i < rounds * 1e5; i += 1) x = (x * 31 + i) | 0; return x; };
    module.exports = { ${asking(
      'burns',
      `if (input.hold) { kept = new Uint8Array(40 * 1024 * 1024); for (let i = 0; i < kept.length; i += 4096) kept[i] = 1; return kept.length; }
       return burn(input.rounds)`,
    )}`;
  await install(owner, { manifest: { id: 'burns', limits: { timeout: 60_000, cpu: 60_000 } }, exports });
  const burn = async (rounds: number) => {
    const before = await metrics('burns');
    await ask(owner, 'burns:ask', { rounds });
    return (await metrics('burns')).cpuMilliseconds - before.cpuMilliseconds;
  };
  let rounds = 16;
  let burnt = await burn(rounds);
  while (burnt < 150) burnt = await burn((rounds *= 2));
  expect(Math.abs((await burn(Math.round((rounds * 200) / burnt))) - 200)).toBeLessThanOrEqual(40);
  await ask(owner, 'burns:ask', { hold: true });
  const { memoryBytes } = await metrics('burns');
  expect(Math.abs(memoryBytes / (40 * 1024 * 1024) - 1)).toBeLessThanOrEqual(0.2);
});

test('calls, errors, host calls and percentiles are counted by hook, and survive unloading and loading', async () => {
  const exports = asking('counted', `await ctx.storage.get('a'); if (input.fail) throw new Error('no'); return {}`);
  await install(owner, { manifest: { id: 'counted', permissions: ['storage'] }, exports });
  expect(await metrics('counted')).toMatchObject({
    calls: 0,
    errors: 0,
    successRate: null,
    p50Milliseconds: null,
    byHook: {},
  });
  for (let call = 0; call < 6; call += 1) await ask(owner, 'counted:ask', {});
  for (let call = 0; call < 2; call += 1) await ask(owner, 'counted:ask', { fail: true });
  const counted = {
    calls: 8,
    errors: 2,
    successRate: 0.75,
    hostCalls: 8,
    deaths: 0,
    byHook: { 'counted:ask': { calls: 8, errors: 2 } },
  };
  const first = await metrics('counted');
  expect(first).toMatchObject(counted);
  expect(first.p95Milliseconds).toBeGreaterThanOrEqual(first.p50Milliseconds ?? Number.NaN);
  await owner.call(pluginRoutes.unload, { params: { id: 'counted' } });
  await owner.call(pluginRoutes.load, { params: { id: 'counted' } });
  expect(await metrics('counted')).toMatchObject(counted);
});
