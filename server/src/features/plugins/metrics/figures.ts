import { limits } from '@proofpix/contract/limits';
import type { Figures, Traffic } from '@proofpix/contract/receipts';
import { merge, percentile, type Histogram } from './histogram.ts';

export type Counts = Record<string, number>;

/** One row of figures: a hook of an installation on a day. Numbers of the database may come as text inside JSON. */
export type FigureRow = {
  day: string;
  hook: string;
  calls: number;
  errors: number;
  latency: Histogram;
  host_calls: number;
  bytes_read: number;
  bytes_written: number;
  cpu_milliseconds: number;
  memory_bytes: number;
  deaths: number;
  by_host_call: Counts;
  traffic: Traffic;
};

/** Rows that count what the platform itself asked of a plugin: no calls that somebody made. */
const lifecycle = new Set(['', 'initialize', 'cleanup', 'onConfigUpdate']);

export function isCalledHook({ hook }: Pick<FigureRow, 'hook'>): boolean {
  return !lifecycle.has(hook);
}

/** Calls and their times are those of hooks; everything else is that of the whole plugin. */
export function sumFigures(rows: readonly FigureRow[]): Figures {
  const hooks = rows.filter(isCalledHook);
  const latency = merge(hooks.map((row) => row.latency));
  return {
    calls: sum(hooks, ({ calls }) => calls),
    errors: sum(hooks, ({ errors }) => errors),
    p50Milliseconds: percentile(latency, 0.5),
    p95Milliseconds: percentile(latency, 0.95),
    p99Milliseconds: percentile(latency, 0.99),
    cpuSeconds: sum(rows, (row) => row.cpu_milliseconds) / 1_000,
    memoryBytes: Math.max(0, ...rows.map((row) => Number(row.memory_bytes))),
    deaths: sum(rows, ({ deaths }) => deaths),
    hostCalls: sum(rows, (row) => row.host_calls),
    byHostCall: merge(rows.map((row) => row.by_host_call)),
    bytesRead: sum(rows, (row) => row.bytes_read),
    bytesWritten: sum(rows, (row) => row.bytes_written),
    traffic: rows.reduce<Traffic>((all, { traffic }) => addTraffic(all, traffic, Infinity), {}),
  };
}

export function sum<Row>(rows: readonly Row[], of: (row: Row) => number): number {
  return rows.reduce((total, row) => total + Number(of(row)), 0);
}

/** Past so many hosts the rest goes together under "other"; hosts that are told apart already stay so. As merge_traffic does. */
export function addTraffic(to: Traffic, more: Traffic, most: number = limits.trafficHosts): Traffic {
  const added = { ...to };
  let named = Object.keys(added).filter((host) => host !== 'other').length;
  for (const [host, { requests, bytesSent, bytesReceived }] of Object.entries(more)) {
    const isNew = !Object.hasOwn(added, host);
    const name = isNew && host !== 'other' && named >= most ? 'other' : host;
    if (isNew && name !== 'other') named += 1;
    const before = Object.hasOwn(added, name) ? added[name] : undefined;
    added[name] = {
      requests: (before?.requests ?? 0) + Number(requests),
      bytesSent: (before?.bytesSent ?? 0) + Number(bytesSent),
      bytesReceived: (before?.bytesReceived ?? 0) + Number(bytesReceived),
    };
  }
  return added;
}
