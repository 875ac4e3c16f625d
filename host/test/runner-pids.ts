import { readdirSync, readFileSync } from 'node:fs';

/** Runner processes that descend from this process and have not ended; null where there is no /proc. */
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
    const [state] = statOf(pid);
    // What stands in front of a runner has Node's arguments in its own, but is another program.
    const [program, ...rest] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    if (state === 'Z' || program !== process.execPath || !rest.includes('--no-node-snapshot')) return false;
    for (let parent = pid; parent > 1; parent = Number(statOf(parent)[1])) if (parent === process.pid) return true;
    return false;
  } catch {
    return false; // It ended while we looked.
  }
}

function statOf(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
