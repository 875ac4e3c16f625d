import { readFileSync } from 'node:fs';
import type { Programs } from './programs.ts';
import { runProgram } from './spawner.ts';

/**
 * Sets RLIMIT_DATA of a process: the kernel then refuses it more private memory. Without `hard`, that one stays.
 * Done as the user who the process is: root in a container may mostly not change the limits of others.
 */
export async function limitData(
  programs: Programs,
  pid: number,
  limit: { soft: number; hard?: number },
): Promise<boolean> {
  const { prlimit, setpriv } = programs;
  if (prlimit === undefined) return false;
  const command = [prlimit, '--pid', String(pid), `--data=${limit.soft}:${limit.hard ?? ''}`];
  const user = userOf(pid);
  if (user === null) return false;
  if (user === process.getuid?.() || setpriv === undefined) return runProgram(command);
  const id = String(user);
  return runProgram([setpriv, '--reuid', id, '--regid', id, '--clear-groups', '--', ...command]);
}

/** The kernel's word, which the process cannot change. */
function userOf(pid: number): number | null {
  try {
    const id = /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return id === undefined ? null : Number(id);
  } catch {
    return null; // It is gone.
  }
}
