import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('./host-to-kill.ts', import.meta.url));
const canTie = process.platform === 'linux' && existsSync('/usr/bin/setpriv');
if (!canTie) console.log('Skipped: without setpriv a spinning runner may outlive a host that was killed.');

/** Kills a host when it has said that its runners are there. Gives every process that it had, whatever it is for. */
async function killHost(...given: string[]): Promise<{ runners: number[]; all: number[] }> {
  const host = spawn(process.execPath, ['--no-warnings', program, ...given], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(host.stdout, 'data')) as [Buffer]; // what `data` carries
  const runners = JSON.parse(line.toString()) as number[]; // written by host-to-kill.ts
  const all = descendantsOf(host.pid ?? 0);
  host.kill('SIGKILL');
  await once(host, 'exit');
  return { runners, all };
}

describe.runIf(canTie)('a host that was killed is outlived', () => {
  it('by no runner, not even one that spins, and by none of its helpers', { timeout: 60_000 }, async () => {
    const { runners, all } = await killHost('spinning');
    expect(runners.length).toBeGreaterThanOrEqual(2);
    expect(all).toEqual(expect.arrayContaining(runners));
    await expect.poll(() => all.filter(isRunning), { timeout: 10_000 }).toEqual([]);
  });

  it('by no runner that was booting, nor by one that was started at that moment', { timeout: 60_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'never-greets-'));
    try {
      const file = join(folder, 'runner.mjs');
      await writeFile(file, 'for (;;);');
      const { runners, all } = await killHost('booting', file);
      expect(runners.length).toBeGreaterThanOrEqual(2);
      // By name too: one that was started while we looked is nobody's child any more.
      await expect.poll(() => [...all, ...namedAfter(file)].filter(isRunning), { timeout: 10_000 }).toEqual([]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

function allProcesses(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function descendantsOf(ancestor: number): number[] {
  const below = allProcesses().filter((pid) => statOf(pid)?.parent === ancestor);
  return [...below, ...below.flatMap(descendantsOf)];
}

function namedAfter(file: string): number[] {
  return allProcesses().filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(file);
    } catch {
      return false; // it ended while we looked
    }
  });
}

function isRunning(pid: number): boolean {
  const stat = statOf(pid);
  return stat !== null && !['Z', 'X'].includes(stat.state);
}

function statOf(pid: number): { state: string; parent: number } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state = '', parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state, parent: Number(parent) };
  } catch {
    return null; // it ended while we looked
  }
}
