import { readdirSync, readFileSync } from 'node:fs';

/** Runner processes that descend from this process and have not ended; null where there is no /proc. */
export function runnerPids(): number[] | null {
  try {
    const parents = new Map<number, number>();
    for (const name of readdirSync('/proc')) {
      if (!/^\d+$/.test(name)) continue;
      const parent = parentOf(Number(name));
      if (parent !== null) parents.set(Number(name), parent);
    }
    return [...parents.keys()].filter((pid) => isOurs(pid, parents) && isRunner(pid));
  } catch {
    return null;
  }
}

/** null for one that has ended. */
function parentOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? null : Number(parent);
  } catch {
    return null; // It ended while we looked.
  }
}

/** Whatever stands between us and it: what starts it, and what confines it. */
function isOurs(pid: number, parents: ReadonlyMap<number, number>): boolean {
  for (let at = parents.get(pid); at !== undefined && at > 1; at = parents.get(at)) if (at === process.pid) return true;
  return false;
}

function isRunner(pid: number): boolean {
  try {
    const [program = '', ...options] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return program === process.execPath && options.includes('--no-node-snapshot');
  } catch {
    return false; // It ended while we looked.
  }
}
