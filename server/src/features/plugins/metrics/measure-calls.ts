import type { Observation } from '@proofpix/host/capabilities';
import type { ProcessUsage } from '@proofpix/host/host';
import { addTraffic } from './figures.ts';
import { add, merge } from './histogram.ts';
import type { Counted } from './queries.ts';

/** Calls and processes of installations, counted in memory and written together: no call waits for the database. */
export type Measurements = {
  observe(installationId: string, observation: Observation): void;
  died(installationId: string): void;
  /** Looks at the process of an installation at the next `take`, even if it was idle. */
  look(installationId: string): void;
  /** Everything counted since the last time, to be added to what is stored; what is held waits for its rows. */
  take(
    usageOf: (installationId: string) => ProcessUsage | null,
    isHeld: (installationId: string) => boolean,
  ): Counted[];
  /** Puts back what could not be written. */
  restore(counted: readonly Counted[]): void;
  isEmpty(): boolean;
  forget(installationId: string): void;
};

/**
 * A call belongs to the day (UTC) on which it ended; processor time and memory, which are read off the process at each
 * write, to the day of that write.
 */
export function createMeasurements(now: () => Date = () => new Date()): Measurements {
  let counted = new Map<string, Counted>();
  /** Processor time that was taken already, so that only what came since is added. */
  const cpuTaken = new Map<string, number>();
  /** Installations that did something since the last write: only their processes are looked at. */
  let busy = new Set<string>();
  let looked = new Set<string>();

  function rowOf(installationId: string, hook: string, day = now().toISOString().slice(0, 10)): Counted {
    const key = `${installationId} ${day} ${hook}`;
    let row = counted.get(key);
    if (!row) counted.set(key, (row = emptyRow(installationId, day, hook)));
    return row;
  }

  function addUsage(installationId: string, usage: ProcessUsage): void {
    const before = cpuTaken.get(installationId) ?? 0;
    // Less than before: another process has taken over and counts from nothing.
    const since = usage.cpuMilliseconds >= before ? usage.cpuMilliseconds - before : usage.cpuMilliseconds;
    // Looking at a plugin that did nothing makes no figures for that day.
    if (since === 0 && !busy.has(installationId)) return;
    cpuTaken.set(installationId, usage.cpuMilliseconds);
    const row = rowOf(installationId, '');
    row.cpuMilliseconds += since;
    row.memoryBytes = Math.max(row.memoryBytes, Math.round(usage.memoryBytes));
  }

  return {
    observe(installationId, observation) {
      busy.add(installationId);
      const row = rowOf(installationId, observation.hook ?? observation.kind);
      row.calls += 1;
      if (!observation.ok) row.errors += 1;
      add(row.latency, observation.milliseconds);
      row.hostCalls += observation.hostCalls;
      row.bytesRead += observation.bytesRead;
      row.bytesWritten += observation.bytesWritten;
      // In place: this happens at every call.
      for (const [name, count] of Object.entries(observation.byHostCall)) {
        row.byHostCall[name] = (row.byHostCall[name] ?? 0) + count;
      }
      if (Object.keys(observation.traffic).length > 0) row.traffic = addTraffic(row.traffic, observation.traffic);
    },
    died(installationId) {
      busy.add(installationId);
      rowOf(installationId, '').deaths += 1;
    },
    look: (installationId) => void looked.add(installationId),
    take(usageOf, isHeld) {
      for (const installationId of new Set([...busy, ...looked])) {
        const usage = usageOf(installationId);
        if (usage) addUsage(installationId, usage);
      }
      const held = [...counted].filter(([, { installationId }]) => isHeld(installationId));
      const taken = [...counted.values()].filter(({ installationId }) => !isHeld(installationId));
      counted = new Map(held);
      busy = new Set();
      looked = new Set();
      return taken;
    },
    restore(rows) {
      for (const old of rows) {
        const row = rowOf(old.installationId, old.hook, old.day);
        row.calls += old.calls;
        row.errors += old.errors;
        row.latency = merge([row.latency, old.latency]);
        row.hostCalls += old.hostCalls;
        row.bytesRead += old.bytesRead;
        row.bytesWritten += old.bytesWritten;
        row.cpuMilliseconds += old.cpuMilliseconds;
        row.memoryBytes = Math.max(row.memoryBytes, old.memoryBytes);
        row.deaths += old.deaths;
        row.byHostCall = merge([row.byHostCall, old.byHostCall]);
        row.traffic = addTraffic(row.traffic, old.traffic);
      }
    },
    isEmpty: () => counted.size === 0 && busy.size === 0 && looked.size === 0,
    forget(installationId) {
      for (const [key, row] of counted) if (row.installationId === installationId) counted.delete(key);
      busy.delete(installationId);
      looked.delete(installationId);
      cpuTaken.delete(installationId);
    },
  };
}

function emptyRow(installationId: string, day: string, hook: string): Counted {
  return {
    installationId,
    day,
    hook,
    calls: 0,
    errors: 0,
    latency: {},
    hostCalls: 0,
    bytesRead: 0,
    bytesWritten: 0,
    cpuMilliseconds: 0,
    memoryBytes: 0,
    deaths: 0,
    byHostCall: {},
    traffic: {},
  };
}
