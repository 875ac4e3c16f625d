import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';

const program = ['/usr/bin/prlimit', '/bin/prlimit'].find((path) => existsSync(path));

/**
 * Makes the kernel refuse a process more private memory than this (RLIMIT_DATA): a runner that allocates faster than
 * anybody can look ends itself. False where the operating system cannot; the polling of the watchdog is then alone.
 *
 * @param options.final - the process itself cannot raise it again, and nor can we: for the limit that stays
 */
export function limitMemory(pid: number, dataBytes: number, options: { final: boolean }): Promise<boolean> {
  if (program === undefined) return Promise.resolve(false);
  const limit = `--data=${dataBytes}:${options.final ? dataBytes : ''}`;
  return new Promise((resolve) => {
    execFile(program, ['--pid', String(pid), limit], { env: {}, timeout: 5_000 }, (error) => resolve(error === null));
  });
}
