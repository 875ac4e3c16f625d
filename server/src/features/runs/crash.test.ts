import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
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
import { copyTemplate, templateOwner } from '../../../test/template.ts';
import { install, type TestPlugin } from './test/plugins.ts';
import { ended, photo, startRuns } from './test/upload.ts';

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

/** A server in a process of its own, so that it can be killed like one. */
async function startProcess(environment: Record<string, string>): Promise<{ child: ChildProcess; owner: TestMember }> {
  const child = spawn(process.execPath, [main], { env: { PATH: '/usr/bin:/bin', ...environment, PORT: '0', LOG_LEVEL: 'silent', SPARE_RUNNERS: '0' }, stdio: ['ignore', 'pipe', 'inherit'] });
  let url = '';
  for await (const line of createInterface({ input: child.stdout ?? expect.fail() })) {
    url = /ready at (\S+)/.exec(line)?.[1] ?? '';
    if (url !== '') break;
  }
  child.stdout?.resume();
  if (url === '') throw new Error('The server ended before it was ready.');
  const { email, password } = templateOwner;
  const { accessToken: token, account } = await createClient({ baseUrl: url })(authRoutes.login, { body: { email, password } });
  const owner: TestMember = {
    userId: account.user.id,
    organisationId: account.organisation.id,
    email,
    password,
    token,
    call: createClient({ baseUrl: url, token }),
    fetch: (path, init) => fetch(url + path, { ...init, headers: { ...(init?.headers as Record<string, string>), authorization: `Bearer ${token}` } }), // tests give plain objects
  };
  return { child, owner };
}

/** Without what differs from run to run: ids, times and how long things took. */
function outcome({ id: _id, batchId: _batch, createdAt: _created, startedAt: _started, finishedAt: _finished, file, steps, ...rest }: Run) {
  return { ...rest, file: { ...file, id: '' }, steps: steps.map(({ milliseconds: _milliseconds, ...step }) => step) };
}

test('runs that a kill of the server interrupted end as if nothing had happened', async () => {
  await using cleanup = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'proofpix-crash-'));
  cleanup.defer(() => rm(folder, { recursive: true, force: true }));
  const { environment } = cleanup.use(await copyTemplate(folder));

  const first = await startProcess(environment);
  cleanup.defer(() => void first.child.kill('SIGKILL'));
  for (const plugin of plugins) await install(first.owner, plugin);
  const { runs } = await startRuns(first.owner, photos, named);
  const counts = async () => Promise.all((['done', 'running', 'waiting'] as const).map(async (state) => (await first.owner.call(runRoutes.list, { query: { state } })).total));
  for (let done = 0, running = 0; done < 3 || running === 0; ) {
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
    const copy = await second.owner.fetch(`/api/runs/${run.id}/files/${encodeURIComponent(`copy of ${run.file.name}`)}?plugin=slow-judge`);
    expect(copy.status).toBe(200);
  }
}, 240_000);
