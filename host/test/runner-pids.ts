import { readdirSync, readFileSync } from 'node:fs';

/** Runner processes that are children of this process and have not ended; null where there is no /proc. */
export function runnerPids(): number[] | null {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => isRunnerOfOurs(pid));
  } catch {
    return null;
  }
}

function isRunnerOfOurs(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(parent) !== process.pid || state === 'Z') return false;
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--no-node-snapshot');
  } catch {
    return false; // It ended while we looked.
  }
}
