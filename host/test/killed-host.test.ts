import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const program = fileURLToPath(new URL('./host-to-kill.ts', import.meta.url));
const canTie = process.platform === 'linux' && existsSync('/usr/bin/setpriv');
if (!canTie) console.log('Skipped: without setpriv a spinning runner may outlive a host that was killed.');

it.runIf(canTie)('a runner does not outlive a host that was killed, not even one that spins', async () => {
  const host = spawn(process.execPath, ['--no-warnings', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(host.stdout, 'data')) as [Buffer]; // what `data` carries
  const pids = JSON.parse(line.toString()) as number[]; // written by host-to-kill.ts
  expect(pids).toHaveLength(2);
  host.kill('SIGKILL');
  await once(host, 'exit');
  await expect.poll(() => pids.filter((pid) => isRunning(pid)), { timeout: 10_000 }).toEqual([]);
});

function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}
