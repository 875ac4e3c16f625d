import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';

const program = ['/usr/bin/prlimit', '/bin/prlimit'].find((path) => existsSync(path));

/**
 * Makes the kernel refuse a process more private memory than this (RLIMIT_DATA): a runner that allocates faster than
 * anybody can look ends itself. False where the operating system cannot; the polling of the watchdog is then alone.
 */
export function limitMemory(pid: number, dataBytes: number): Promise<boolean> {
  if (program === undefined) return Promise.resolve(false);
  return new Promise((resolve) => {
    execFile(
      program,
      ['--pid', String(pid), `--data=${dataBytes}:${dataBytes}`],
      { env: {}, timeout: 5_000 },
      (error) => resolve(error === null),
    );
  });
}
