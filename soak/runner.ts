import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createHost, type Host } from '@proofpix/host/host';
import { createMemoryCapabilities } from '@proofpix/host/memory-capabilities';
import type { Installation } from '@proofpix/host/capabilities';
import { openDescriptors, isRunning, proportionalMegabytes, runnersOf } from '../corpus/harness/processes.ts';
import { median, round, slopePerMinute } from './figures.ts';
import { newPhase, startLoad } from './load.ts';
import { hostile, installationOf } from './plugins.ts';

const organisations = 100;
const perOrganisation = 10;
const busyCount = 50;
const awakeCount = 120;
const residentGoal = 150;
const maximumRunners = 200;
const idleMilliseconds = 30_000;
const warmUpAtOnce = 4;
/** Of the p95 beside that of quiet. In one minute a few pauses of the machine are the p95: it is looked at, not judged. */
const ratioGoal = 2;
/** How much more the host may hold at the end than after a quarter of the time: what is alive, after a collection. */
const heldGrowthMegabytes = 16;
/** The same of the whole process. In the first minutes V8 takes room for its heap, the more the slower the machine. */
const processGrowthMegabytes = 64;
const longEnoughMinutes = 10;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void; // the flag above makes it

/** What was left of a host, or there before it. */
type Traces = { descriptors: number; timers: number; sockets: number };

/**
 * A thousand plugins of a hundred organisations on one host; fifty are called all the time, five of them do their worst.
 * Measures whether the honest ones notice, and whether anything stays behind.
 */
export async function soakRunner({ minutes, tell }: { minutes: number; tell: (line: string) => void }) {
  await warmProcess();
  const before = traces();
  const deaths = new Map<string, number>();
  const honest = Array.from({ length: organisations * perOrganisation - Object.keys(hostile).length }, (_, index) =>
    installationOf({ organisation: index % organisations }),
  );
  // In organisations that nobody of the busy ones is in: what they do to themselves is their own affair.
  const evil = Object.values(hostile).map((code, index) =>
    installationOf({ organisation: organisations - 1 - index, code, limits: { timeout: 1_000, memory: 96 } }),
  );
  const evilIds = new Set(evil.map(({ id }) => id));
  const host = createHost({
    capabilities: createMemoryCapabilities({
      died: ({ id }) => void deaths.set(id, (deaths.get(id) ?? 0) + 1),
    }),
    maximumRunners,
    spareRunners: 2,
    idleMilliseconds,
  });
  for (const installation of [...honest, ...evil]) host.register(installation);
  const busy = honest.slice(0, busyCount);
  const awake = honest.slice(busyCount, busyCount + awakeCount);
  const asleep = honest.slice(busyCount + awakeCount);

  const seen = new Set<number>();
  const look = (): number[] => {
    const runners = runnersOf(process.pid);
    for (const pid of runners) seen.add(pid);
    return runners;
  };
  const began = performance.now();
  await warmUp(host, [...busy, ...awake]);
  tell(`${look().length} runners are up after ${round((performance.now() - began) / 1_000)} s.`);

  const load = startLoad(host, { busy, awake, asleep });
  const quietSeconds = Math.min(60, Math.max(15, minutes * 15));
  await seconds(5);
  load.phase = newPhase();
  await seconds(quietSeconds);
  const quiet = load.phase;
  tell(
    `quiet: p50 ${quiet.small.percentile(0.5)} ms, p95 ${quiet.small.percentile(0.95)} ms of ${quiet.small.count} calls`,
  );

  load.phase = newPhase();
  load.startHostile(evil);
  const loop = monitorEventLoopDelay({ resolution: 10 });
  loop.enable();
  const memory: { at: number; value: number }[] = [];
  const held: number[] = [];
  const residents: number[] = [];
  const started = performance.now();
  const until = started + minutes * 60_000;
  for (let step = 1; performance.now() < until; step += 1) {
    await seconds(Math.min(2, Math.max(0, (until - performance.now()) / 1_000)));
    memory.push({ at: performance.now() - started, value: process.memoryUsage.rss() / 1024 / 1024 });
    if (step % 2 === 0) held.push(heldMegabytes());
    if (step % 5 !== 0) continue;
    residents.push(look().length);
    const { small, errors } = load.phase;
    tell(
      `${Math.round((performance.now() - started) / 1_000)} s: host ${Math.round(memory.at(-1)?.value ?? 0)} MB, ` +
        `${residents.at(-1)} runners, ${small.count} small calls, p50 ${small.percentile(0.5)} ms, ` +
        `p95 ${small.percentile(0.95)} ms, errors ${JSON.stringify(errors)}, hostile ${JSON.stringify(load.hostile)}`,
    );
  }
  loop.disable();
  const during = load.phase;
  const atEnd = look();
  const resources = host.resources();
  const runnersMegabytes = atEnd.reduce((sum, pid) => sum + proportionalMegabytes(pid), 0);
  await load.stop();
  await host[Symbol.asyncDispose]();
  await settled(() => [...seen].filter(isRunning).length === 0 && traces().descriptors <= before.descriptors);
  const after = traces();
  const left = [...seen].filter(isRunning).length;

  const heldGrowth = growthOf(held);
  const processGrowth = growthOf(memory.map(({ value }) => value));
  const errors = { ...quiet.errors, ...during.errors };
  const ratio = round(during.small.percentile(0.95) / Math.max(0.01, quiet.small.percentile(0.95)));
  const honestDeaths = [...deaths].filter(([id]) => !evilIds.has(id)).reduce((sum, [, count]) => sum + count, 0);
  const checks: [string, boolean][] = [
    [
      `honest p95 is ${ratio} times that of quiet, at most ${ratioGoal}`,
      minutes < longEnoughMinutes || ratio <= ratioGoal,
    ],
    [`the host holds ${round(heldGrowth)} MB more, at most ${heldGrowthMegabytes}`, heldGrowth <= heldGrowthMegabytes],
    [
      `the process grew by ${round(processGrowth)} MB, at most ${processGrowthMegabytes}`,
      minutes < longEnoughMinutes || processGrowth <= processGrowthMegabytes,
    ],
    [`${Math.min(...residents)} runners at least, ${residentGoal} wanted`, Math.min(...residents) >= residentGoal],
    [`${Math.max(...residents)} runners at most, ${maximumRunners} allowed`, Math.max(...residents) <= maximumRunners],
    [`honest calls failed: ${JSON.stringify(errors)}`, Object.keys(errors).length === 0],
    ['no honest plugin died', honestDeaths === 0],
    ['every runner was one that the host knows of', atEnd.length <= resources.runners],
    [`${left} runners were left behind`, left === 0],
    [`${after.descriptors} descriptors, ${before.descriptors} before`, after.descriptors <= before.descriptors],
    [`${after.timers} timers, ${before.timers} before`, after.timers <= before.timers],
    [`${after.sockets} sockets, ${before.sockets} before`, after.sockets <= before.sockets],
    ['sleeping plugins were woken', during.returns.count > 0],
  ];
  return {
    minutes,
    date: new Date().toISOString(),
    plugins: honest.length + evil.length,
    organisations,
    busy: busyCount,
    runners: {
      least: Math.min(...residents),
      most: Math.max(...residents),
      started: seen.size,
      megabytes: round(runnersMegabytes),
    },
    host: {
      megabytes: {
        first: round(memory[0]?.value ?? 0),
        last: round(memory.at(-1)?.value ?? 0),
        growth: round(processGrowth),
      },
      held: { first: round(held[0] ?? 0), last: round(held.at(-1) ?? 0), growth: round(heldGrowth) },
      megabytesPerMinute: slopePerMinute(memory.slice(Math.floor(memory.length / 4))),
      loopDelayP99: round(loop.percentile(99) / 1e6),
    },
    quiet: figuresOf(quiet),
    during: figuresOf(during),
    ratioP95: ratio,
    hostile: {
      answers: load.hostile,
      deaths: [...deaths.values()].reduce((sum, count) => sum + count, 0) - honestDeaths,
    },
    honestDeaths,
    before,
    after,
    leftBehind: left,
    failed: checks.filter(([, fine]) => !fine).map(([what]) => what),
  };
}

/** By how much the last quarter is above the second one. */
function growthOf(values: readonly number[]): number {
  const quarter = Math.floor(values.length / 4);
  return median(values.slice(-Math.max(1, quarter))) - median(values.slice(quarter, 2 * quarter + 1));
}

/** What is alive, and not what waits to be collected: that would only measure how busy the machine is. */
function heldMegabytes(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1024 / 1024;
}

function figuresOf({ small, others, returns, errors }: ReturnType<typeof newPhase>) {
  return {
    calls: small.count + others.count + returns.count,
    smallP50: small.percentile(0.5),
    smallP95: small.percentile(0.95),
    othersP95: others.percentile(0.95),
    returns: returns.count,
    returnP95: returns.percentile(0.95),
    errors,
  };
}

/** What a process opens once and keeps (the helper that starts runners, the copy of their sources) is no leak. */
async function warmProcess(): Promise<void> {
  await using host = createHost({ capabilities: createMemoryCapabilities(), spareRunners: 0 });
  const installation = installationOf({ organisation: 0 });
  await host.load(installation);
  await host.unload(installation.id);
}

async function warmUp(host: Host, installations: readonly Installation[]): Promise<void> {
  const waiting = [...installations];
  await Promise.all(
    Array.from({ length: warmUpAtOnce }, async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await host.load(next);
    }),
  );
}

function traces(): Traces {
  const resources = process.getActiveResourcesInfo();
  return {
    descriptors: openDescriptors(),
    timers: resources.filter((name) => name === 'Timeout').length,
    sockets: resources.filter((name) => name !== 'Timeout' && name !== 'Immediate').length,
  };
}

async function settled(isOver: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 50 && !isOver(); attempt += 1) await seconds(0.1);
}

const seconds = (count: number) => new Promise<void>((resolve) => void setTimeout(resolve, count * 1_000));
