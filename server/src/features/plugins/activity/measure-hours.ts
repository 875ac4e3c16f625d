import { add, merge } from '../metrics/histogram.ts';
import type { CountedHour } from './queries.ts';

/** Calls of hooks by hour, counted in memory and written with the other figures. */
export type HourMeasurements = {
  observe(installationId: string, call: { ok: boolean; milliseconds: number }): void;
  /** Everything counted since the last time; what is held waits for its rows. */
  take(isHeld: (installationId: string) => boolean): CountedHour[];
  /** Puts back what could not be written. */
  restore(counted: readonly CountedHour[]): void;
  forget(installationId: string): void;
};

const hourMilliseconds = 3_600_000;

/** Begin of the hour, which is the same hour in every zone but those that are half an hour off: hours are UTC. */
export function hourOf(time: Date): string {
  return new Date(Math.floor(time.getTime() / hourMilliseconds) * hourMilliseconds).toISOString();
}

/** The begins of so many hours, the current one last. */
export function lastHours(count: number, now: Date): string[] {
  return Array.from({ length: count }, (_, index) =>
    hourOf(new Date(now.getTime() - (count - 1 - index) * hourMilliseconds)),
  );
}

/** A call belongs to the hour in which it ended. */
export function createHourMeasurements(now: () => Date = () => new Date()): HourMeasurements {
  let counted = new Map<string, CountedHour>();

  function rowOf(installationId: string, hour: string): CountedHour {
    const key = `${installationId} ${hour}`;
    let row = counted.get(key);
    if (!row) counted.set(key, (row = { installationId, hour, calls: 0, errors: 0, latency: {} }));
    return row;
  }

  return {
    observe(installationId, { ok, milliseconds }) {
      const row = rowOf(installationId, hourOf(now()));
      row.calls += 1;
      if (!ok) row.errors += 1;
      add(row.latency, milliseconds);
    },
    take(isHeld) {
      const taken = [...counted.values()].filter(({ installationId }) => !isHeld(installationId));
      counted = new Map([...counted].filter(([, { installationId }]) => isHeld(installationId)));
      return taken;
    },
    restore(rows) {
      for (const old of rows) {
        const row = rowOf(old.installationId, old.hour);
        row.calls += old.calls;
        row.errors += old.errors;
        row.latency = merge([row.latency, old.latency]);
      }
    },
    forget(installationId) {
      for (const [key, row] of counted) if (row.installationId === installationId) counted.delete(key);
    },
  };
}
