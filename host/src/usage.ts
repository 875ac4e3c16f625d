import type { RunnerUsage } from './watchdog.ts';

/** Over all runners that an installation had. */
export type UsageSum = RunnerUsage & { deaths: number };

export const noUsage: UsageSum = { cpuMilliseconds: 0, memoryBytes: 0, deaths: 0 };

export function addUsage(past: UsageSum, now: RunnerUsage, deaths = 0): UsageSum {
  return {
    cpuMilliseconds: past.cpuMilliseconds + now.cpuMilliseconds,
    memoryBytes: Math.max(past.memoryBytes, now.memoryBytes),
    deaths: past.deaths + deaths,
  };
}
