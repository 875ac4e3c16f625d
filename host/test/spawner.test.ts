import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { startProcess } from '@proofpix/host/layers/spawner';
import { probeLayers, spawnRunner } from '@proofpix/host/spawn-runner';

const file = fileURLToPath(new URL('./rogue-runner.mjs', import.meta.url));
const start = () => spawnRunner({ file, bootMilliseconds: 20_000, signal: new AbortController().signal });
const isLinux = process.platform === 'linux';
if (!isLinux) console.log('Skipped: runners are started by another process on Linux only.');

const user = (await probeLayers()).layers.find(({ layer }) => layer === 'user');
const haveUsers = user?.on === true && process.getuid?.() === 0;
if (!haveUsers) console.log(`Skipped: runners have no users of their own here. ${user?.detail}`);

function parentOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

/** The process that started it, whatever stands in between. */
function spawnerOf(pid: number): number {
  let found = pid;
  while (parentOf(found) !== process.pid) found = parentOf(found);
  return found;
}

it('what a runner says while its host is busy is not lost', async () => {
  const starting = start();
  // Time enough to ask for it, and then none to take it before it has booted and greeted.
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_000);
  const runner = await starting;
  runner.kill();
  expect(await runner.gone).toMatchObject({ signal: 'SIGKILL' });
});

it.runIf(isLinux)('a program that does not exist, or ends at once, is an error that says why', async () => {
  const command = { filter: null, namespaced: false };
  await expect(startProcess({ ...command, command: ['/nowhere/program'] })).rejects.toThrow(/ENOENT/);
  const ended = await startProcess({ ...command, command: ['/bin/sh', '-c', 'echo why >&2; exit 3'] });
  expect(await ended.gone).toEqual({ code: 3, signal: null, output: 'why\n' });
  const flood = await startProcess({ ...command, command: ['/bin/sh', '-c', 'while :; do echo 0123456789; done'] });
  // It dies of the closed pipe.
  expect((await flood.gone).output).toHaveLength(16 * 1024);
});

it.runIf(isLinux)(
  'when the process that starts runners dies, its runners die with it, and the next runner works',
  async () => {
    const [first, second] = await Promise.all([start(), start()]);
    process.kill(spawnerOf(first.pid), 'SIGKILL');
    for (const runner of [first, second]) {
      expect((await runner.gone).signal).toBe('SIGKILL');
      await expect.poll(() => isAlive(runner.pid), { timeout: 10_000 }).toBe(false);
    }
    const third = await start();
    expect(spawnerOf(third.pid)).toBeGreaterThan(0);
    third.kill();
    await third.gone;
  },
);

it.runIf(haveUsers)('no two runners are the same user', async () => {
  const runners = await Promise.all([start(), start(), start()]);
  const users = runners.map(({ pid }) => /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]);
  expect(new Set([...users, '0']).size).toBe(4);
  for (const runner of runners) runner.kill();
  await Promise.all(runners.map(({ gone }) => gone));
});

function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
