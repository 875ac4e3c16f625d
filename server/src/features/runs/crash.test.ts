import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { authRoutes } from '@proofpix/contract/api/accounts';
import { runRoutes } from '@proofpix/contract/api/runs';
import { createClient } from '@proofpix/contract/client';
import type { Run } from '@proofpix/contract/runs';
import { startServer, type TestMember } from '../../../test/start-server.ts';
import { makeTestStorage, type TestStorage } from '../../../test/test-database.ts';
import { asSystem } from '../../db/tenancy.ts';
import { openDatabase } from '../../db/database.ts';
import { openObjects } from '../../objects.ts';
import { install, looper, type TestPlugin } from './test/plugins.ts';
import { ended, photo, startRuns } from './test/upload.ts';
import { maxAttempts } from './work/work-on-runs.ts';

const main = fileURLToPath(new URL('../../main.ts', import.meta.url));
const photos = Array.from({ length: 20 }, (_, index) => ({ name: `${index}.png`, bytes: photo(index) }));

/** Works long enough to be caught in the middle, and gives the same for the same photo. */
const slow = (id: string, hook: 'file:process' | 'data:analyze'): TestPlugin => ({
  id,
  hooks: [hook],
  permissions: ['files', 'analytics'],
  code: `exports.hooks = { '${hook}': async ({ file, metadata }, ctx) => {
    const end = Date.now() + 150; while (Date.now() < end);
    await ctx.files.write('copy of ' + file.name, await ctx.files.read(0, ctx.files.size));
    const finding = { severity: 'note', confidence: 1, title: file.sha256, explanation: Object.keys(metadata).join(' ') };
    return '${hook}' === 'file:process' ? { metadata: { Name: file.name, Size: file.size }, findings: [finding] } : { findings: [finding] };
  } };`,
});
const plugins = [slow('slow-reader', 'file:process'), slow('slow-judge', 'data:analyze')];
// A server that starts for the first time brings exif-reader; the one it is compared with does not.
const named = { plugins: plugins.map(({ id }) => id).join(',') };

const email = 'owner@example.org';
const password = 'the owner in a test';

/** A server in a process of its own, so that it can be killed like one. */
async function startProcess(environment: Record<string, string>): Promise<{ child: ChildProcess; owner: TestMember }> {
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: '/usr/bin:/bin',
      PORT: '0',
      LOG_LEVEL: 'silent',
      SPARE_RUNNERS: '0',
      SPARE_SCANNERS: '0',
      PROOFPIX_OWNER_EMAIL: email,
      PROOFPIX_OWNER_PASSWORD: password,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let url = '';
  for await (const line of createInterface({ input: child.stdout ?? expect.fail() })) {
    url = /ready at (\S+)/.exec(line)?.[1] ?? '';
    if (url !== '') break;
  }
  child.stdout?.resume();
  if (url === '') throw new Error('The server ended before it was ready.');
  const signedIn = await createClient({ baseUrl: url })(authRoutes.login, {
    body: { email, password },
  });
  if ('challenge' in signedIn) throw new Error('Nobody here has a second factor.');
  const { accessToken: token, account } = signedIn;
  const owner: TestMember = {
    userId: account.user.id,
    organisationId: account.organisation.id,
    email,
    password,
    token,
    call: createClient({ baseUrl: url, token }),
    fetch: (path, init) =>
      fetch(url + path, {
        ...init,
        headers: { ...(init?.headers as Record<string, string>), authorization: `Bearer ${token}` },
      }), // tests give plain objects
  };
  return { child, owner };
}

/** Without what differs from run to run: ids, times and how long things took. */
function outcome({
  id: _id,
  batchId: _batch,
  createdAt: _created,
  startedAt: _started,
  finishedAt: _finished,
  file,
  steps,
  ...rest
}: Run) {
  return { ...rest, file: { ...file, id: '' }, steps: steps.map(({ milliseconds: _milliseconds, ...step }) => step) };
}

const environmentOf = ({ dataDir, databaseUrl = '' }: TestStorage) => ({
  DATA_DIR: dataDir,
  KEY_FILE: join(dataDir, 'keys', 'master.key'),
  DATABASE_URL: databaseUrl,
});

test('runs that a kill of the server interrupted end as if nothing had happened', async () => {
  await using cleanup = new AsyncDisposableStack();
  const environment = environmentOf(cleanup.use(await makeTestStorage()));

  const first = await startProcess(environment);
  cleanup.defer(() => void first.child.kill('SIGKILL'));
  for (const plugin of plugins) await install(first.owner, plugin);
  const { runs } = await startRuns(first.owner, photos, named);
  const counts = async () =>
    Promise.all(
      (['done', 'running', 'waiting'] as const).map(
        async (state) => (await first.owner.call(runRoutes.list, { query: { state } })).total,
      ),
    );
  for (let done = 0, running = 0; done < 3 || running === 0;) {
    [done = 0, running = 0] = await counts();
    await wait(10);
  }
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');

  const second = await startProcess(environment);
  cleanup.defer(async () => {
    second.child.kill('SIGTERM');
    await once(second.child, 'exit');
  });
  const restarted = performance.now();
  const results: Run[] = [];
  for (const run of runs) results.push(await ended(second.owner, run));
  // What is promised; far more than it takes.
  expect(performance.now() - restarted).toBeLessThan(60_000);
  expect(results.map(({ state }) => state)).toEqual(runs.map(() => 'done'));

  await using undisturbed = await startServer();
  for (const plugin of plugins) await install(undisturbed.owner, plugin);
  const reference = await startRuns(undisturbed.owner, photos, named);
  const expected: Run[] = [];
  for (const run of reference.runs) expected.push(await ended(undisturbed.owner, run));
  expect(results.map(outcome)).toEqual(expected.map(outcome));

  for (const run of results) {
    const copy = await second.owner.fetch(
      `/api/runs/${run.id}/files/${encodeURIComponent(`copy of ${run.file.name}`)}?plugin=slow-judge`,
    );
    expect(copy.status).toBe(200);
  }
}, 240_000);

test('an ordinary end gives a run back; one that was begun too often is given up', async () => {
  await using cleanup = new AsyncDisposableStack();
  const storage = cleanup.use(await makeTestStorage());
  const environment = environmentOf(storage);
  const first = await startProcess(environment);
  cleanup.defer(() => void first.child.kill('SIGKILL'));
  await install(first.owner, { ...looper, timeout: 60_000 });
  const { runs } = await startRuns(first.owner, [{ name: 'a.png', bytes: photo() }], { plugins: looper.id });
  const id = runs[0]?.id ?? expect.fail();
  while ((await first.owner.call(runRoutes.get, { params: { id } })).state !== 'running') await wait(10);
  first.child.kill('SIGTERM');
  expect((await once(first.child, 'exit'))[0]).toBe(0);

  {
    await using database = await openDatabase(storage);
    const rows = await asSystem(database, 'resume-work', (tx) =>
      tx.selectFrom('runs').select(['state', 'attempts', 'steps_done']).execute(),
    );
    expect(rows).toEqual([{ state: 'waiting', attempts: 0, steps_done: 0 }]);
    await asSystem(database, 'resume-work', (tx) =>
      tx.updateTable('runs').set({ state: 'running', attempts: maxAttempts }).execute(),
    );
  }
  await using second = await startServer({ environment });
  const run = await second.call(runRoutes.get, { params: { id } });
  expect(run).toMatchObject({ state: 'failed', error: { code: 'run_interrupted' }, steps: [] });
}, 120_000);

test('bytes that a crash left without a row go; what else lies in the store stays', async () => {
  await using storage = await makeTestStorage();
  const objects = await openObjects(storage.dataDir);
  const organisationId = randomUUID();
  const arriving = await objects.put(organisationId, Buffer.from('on its way'), { maxBytes: 100, arriving: true });
  const kept = await objects.put(organisationId, Buffer.from('kept'), { maxBytes: 100 });
  await using server = await startServer({ environment: environmentOf(storage) });
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  expect(await objects.size(organisationId, arriving.sha256)).toBeUndefined();
  expect(await objects.size(organisationId, kept.sha256)).toBe(4);
}, 60_000);
