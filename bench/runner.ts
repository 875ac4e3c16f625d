import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createMemoryCapabilities } from '@proofpix/host/memory-capabilities';
import { createHost, type Host } from '@proofpix/host/host';
import type { Json } from '@proofpix/contract/json';
import type { Photo } from '@proofpix/host/capabilities';
import { benchInstallation, codeOf, kilobyte } from './bench-plugin.ts';
import { startIsolate } from './isolate-rival.ts';
import { interleave, median, milliseconds, percentile, row, type Row } from './measure.ts';

const rounds = 9;
const spareRunners = 2;
const small = codeOf(0);
const large = codeOf(222 * 1024);

/** How the runner compares with an isolate inside the host's own process. Milliseconds unless the name says otherwise. */
export async function measure(): Promise<Row[]> {
  // First, while there is no other runner that could be taken for the measured one.
  const idleRows = await idle();
  await using host = createHost({ capabilities: createMemoryCapabilities(), spareRunners });
  return [
    ...(await warmCalls(host)),
    ...(await firstHooks(host)),
    ...(await reading(host)),
    ...idleRows,
    await evicted(),
    ...(await stopping(host)),
  ];
}

async function call(host: Host, installationId: string, hook: string, input: Json, photo?: Photo): Promise<void> {
  const entry = await host.call({ installationId, hook, input, ...(photo ? { photo } : {}) });
  if (!entry.ok) throw new Error(`${hook}: ${entry.error?.code}: ${entry.error?.message}`);
}

async function warmCalls(host: Host): Promise<Row[]> {
  const installation = benchInstallation(small);
  await host.load(installation);
  const rival = startIsolate(small);
  const one = () => call(host, installation.id, 'bench:echo', kilobyte);
  for (let index = 0; index < 5_000; index += 1) {
    await one();
    rival.call(kilobyte);
  }
  const many = async (count: number, work: () => unknown) => {
    const times: number[] = [];
    for (let index = 0; index < count; index += 1) times.push(await milliseconds(async () => work()));
    return median(times);
  };
  const warm = await interleave(
    rounds,
    () => many(1_000, one),
    () => many(1_000, () => rival.call(kilobyte)),
  );
  const total = 20_000;
  const perSecond = (time: number) => (total / time) * 1_000;
  const inFlight = await interleave(
    rounds,
    async () => {
      let left = total;
      const worker = async () => {
        while (left > 0) {
          left -= 1;
          await one();
        }
      };
      return perSecond(await milliseconds(() => Promise.all(Array.from({ length: 64 }, worker))));
    },
    async () =>
      perSecond(
        await milliseconds(async () => {
          for (let index = 0; index < total; index += 1) rival.call(kilobyte);
        }),
      ),
  );
  rival.dispose();
  await host.unload(installation.id);
  return [
    row('warm_p50', 'warm hook call, 1 kB, against isolated-vm in-process', warm, '≤ 4× (2.5×)'),
    row(
      'calls_per_s_64',
      'hook calls a second, 64 in flight, against isolated-vm in-process',
      inFlight,
      '≥ 0.7× (1.2×)',
    ),
  ];
}

async function firstHooks(host: Host): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [id, code, goal] of [
    ['first_hook_small', small, '≤ 2× (1.5×)'],
    ['first_hook_222k', large, '≤ 1.2× (0.8×)'],
  ] as const) {
    const measured = await interleave(
      rounds,
      async () => {
        await spareIsReady(host);
        const installation = benchInstallation(code);
        const time = await milliseconds(async () => {
          await host.load(installation);
          await call(host, installation.id, 'bench:echo', kilobyte);
        });
        await host.unload(installation.id);
        return time;
      },
      async () => {
        let rival: ReturnType<typeof startIsolate> | undefined;
        const time = await milliseconds(async () => {
          rival = startIsolate(code);
          rival.call(kilobyte);
        });
        rival?.dispose();
        return time;
      },
    );
    rows.push(row(id, 'first hook from the warm pool, against isolated-vm in-process without cache', measured, goal));
  }
  return rows;
}

/** The figure is about the warm pool: a round begins when the spare runners are booted and the processor is free again. */
async function spareIsReady(host: Host): Promise<void> {
  host.prepare();
  do await new Promise((resolve) => setTimeout(resolve, 400));
  while (host.resources().spares < spareRunners);
}

async function reading(host: Host): Promise<Row[]> {
  const bytes = new Uint8Array(10 * 1024 * 1024).fill(7);
  const photoOf = (size: number): Photo => ({
    file: { id: 'p', name: 'p.jpg', type: 'image/jpeg', size, sha256: '0'.repeat(64) },
    read: async (offset, length) => bytes.subarray(offset, Math.min(size, offset + length)),
  });
  const installation = benchInstallation(small);
  await host.load(installation);
  const rival = startIsolate(small);
  const read = (size: number, range: number) => () => {
    const photo = photoOf(size);
    const input: Json = { file: photo.file, metadata: {}, options: { range } };
    return milliseconds(() => call(host, installation.id, 'file:process', input, photo));
  };
  const copy = (size: number) => () => milliseconds(async () => rival.copyIn(bytes.subarray(0, size)));
  const range = await interleave(rounds * 5, read(65_536, 65_536), copy(65_536));
  const whole = await interleave(rounds, read(bytes.length, 1_048_576), copy(bytes.length));
  rival.dispose();
  await host.unload(installation.id);
  return [
    row('range_64k', 'hook that reads one 64 kB range, against a copy into an isolate in-process', range, 'reported'),
    row('photo_10m', 'hook that reads a 10 MB photo in 1 MB ranges, against a copy in-process', whole, 'reported'),
  ];
}

/** Memory of its own that an awake but idle plugin keeps, against an empty Node process. Linux only: read from /proc. */
async function idle(): Promise<Row[]> {
  if (process.platform !== 'linux') return [];
  const rows: Row[] = [];
  const node = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6); console.log(1)'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(node.stdout, 'data');
  const rival = privateMegabytes(String(node.pid));
  node.kill('SIGKILL');
  for (const [id, code, goal] of [
    ['idle_resident_small', small, '≤ 16 MB'],
    ['idle_resident_222k', large, '≤ 22 MB'],
  ] as const) {
    // No spare: the one runner of this host is the one that is measured.
    await using host = createHost({ capabilities: createMemoryCapabilities(), spareRunners: 0 });
    const installation = benchInstallation(code);
    await host.load(installation);
    await call(host, installation.id, 'bench:echo', kilobyte);
    const runners = runnerProcesses();
    const ours = median(runners.map(privateMegabytes));
    rows.push(row(id, 'MB of its own that an idle plugin keeps, against an empty Node process', { ours, rival }, goal));
  }
  return rows;
}

/** Runners that descend from this process, by the program and the script that they run. */
/** What the host still holds of a plugin whose runner was ended because nobody called it. */
async function evicted(): Promise<Row> {
  const count = 20;
  await using host = createHost({ capabilities: createMemoryCapabilities(), spareRunners: 0, idleMilliseconds: 20 });
  let before = 0;
  for (let index = 0; index <= count; index += 1) {
    // The first one makes what all of them share.
    if (index === 1) before = heldMegabytes();
    const installation = benchInstallation(large);
    await host.load(installation);
    await call(host, installation.id, 'bench:echo', kilobyte);
  }
  while (host.resources().runners > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  const ours = Math.max(0, (heldMegabytes() - before) / count);
  return row('idle_evicted', 'MB that an evicted plugin keeps in the host', { ours }, '≤ 1 MB');
}

/** What this process holds after a collection, on V8's heap and beside it. */
function heldMegabytes(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1024 / 1024;
}

function runnerProcesses(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        // What stands in front of a runner has its arguments too, but is another program.
        const [program, ...rest] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        return (
          program === process.execPath && rest.some((each) => /runner\/(src\/)?main\.[jt]s$/.test(each)) && isOurs(pid)
        );
      } catch {
        return false; // ended in between
      }
    });
}

function isOurs(pid: string): boolean {
  if (pid === String(process.pid)) return true;
  const parent = /\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
  return parent !== undefined && Number(parent) > 1 && isOurs(parent);
}

/** Pages that only this process has: what ending it would give back. */
function privateMegabytes(pid: string): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);
  return (kilobytes('Private_Clean') + kilobytes('Private_Dirty')) / 1024;
}

/** How long after its deadline a spinning plugin is gone, and how far over its limit a growing one gets. */
async function stopping(host: Host): Promise<Row[]> {
  const deadline = 300;
  const late: number[] = [];
  for (let round = 0; round < 15; round += 1) {
    const installation = benchInstallation(small);
    await host.load(installation);
    const time = await milliseconds(() =>
      host.call({ installationId: installation.id, hook: 'bench:loop', input: {}, deadline }),
    );
    late.push(time - deadline);
    await host.unload(installation.id);
  }
  const memory = 64;
  const over: number[] = [];
  for (let round = 0; round < 7; round += 1) {
    const installation = benchInstallation(small, { memory });
    await host.load(installation);
    await host.call({ installationId: installation.id, hook: 'bench:grow', input: {} });
    over.push(host.usage(installation.id).memoryBytes / (memory * 1024 * 1024) - 1);
    await host.unload(installation.id);
  }
  return [
    row(
      'kill_p95',
      'ms from a passed deadline to the answer that the plugin was stopped, p95',
      { ours: percentile(late, 0.95) },
      '≤ 50 ms',
    ),
    row('memory_overshoot', 'share over a 64 MB limit when the plugin is stopped', { ours: median(over) }, '≤ 0.2'),
  ];
}
