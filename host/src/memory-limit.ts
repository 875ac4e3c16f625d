import { limitData } from './layers/limit-data.ts';
import { programs } from './layers/programs.ts';

/**
 * Makes the kernel refuse a process more private memory than this (RLIMIT_DATA): a runner that allocates faster than
 * anybody can look ends itself. False where the operating system cannot; the polling of the watchdog is then alone.
 *
 * @param options.final - the process itself cannot raise it again, and nor can we: for the limit that stays
 */
export function limitMemory(pid: number, dataBytes: number, options: { final: boolean }): Promise<boolean> {
  return limitData(programs, pid, options.final ? { soft: dataBytes, hard: dataBytes } : { soft: dataBytes });
}
