import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { minimise } from './minimise.ts';
import { createRandom } from './random.ts';
import { targets, type TargetName } from './targets.ts';
import { runCases, usualLimits, type Ending, type Limits } from './worker-process.ts';

export type Counts = { cases: number; crash: number; hang: number; memory: number };

/** Cases in one process: enough that starting it costs nothing, few enough that garbage of thousands is no finding. */
const perProcess = 20_000;
/** Each further finding of one run is counted and not kept: they are mostly one and the same. */
const mostKept = 10;
/** To make an input small: in one process, or in a process for each where the input ends it. */
const tries = { alive: 2_000, dead: 30 };

/**
 * Tries random inputs until the time is over. What ends badly is made small and kept with its seed.
 * @param options.found folder for what is found
 */
export async function fuzz(options: {
  target: TargetName;
  milliseconds: number;
  seed: number;
  found: string;
  limits?: Limits;
  tell: (line: string) => void;
}): Promise<Counts> {
  const { target, seed, limits = usualLimits, tell } = options;
  const counts: Counts = { cases: 0, crash: 0, hang: 0, memory: 0 };
  const deadline = AbortSignal.timeout(options.milliseconds);
  let kept = 0;
  while (!deadline.aborted) {
    const order = { seed, from: counts.cases, to: counts.cases + perProcess };
    const { done, ending } = await runCases({ target, order, limits, signal: deadline });
    counts.cases += done;
    if (ending === null) continue;
    counts.cases += 1;
    counts[ending.kind] += 1;
    tell(`${ending.kind} in case ${seed}:${ending.index}: ${ending.detail.split('\n').slice(0, 3).join(' | ')}`);
    if (kept === mostKept) continue;
    kept += 1;
    tell(`kept as ${await keep({ ...options, limits }, ending)}`);
  }
  return counts;
}

async function keep(
  { target, seed, found, limits }: { target: TargetName; seed: number; found: string; limits: Limits },
  ending: Ending,
): Promise<string> {
  const input = targets[target].make(createRandom(seed, ending.index));
  const small = await shrink(target, input, ending, limits);
  await mkdir(found, { recursive: true });
  const file = join(found, `${target}-${seed}-${ending.index}.json`);
  const { kind, index, detail } = ending;
  const record = {
    target,
    seed,
    index,
    kind,
    detail,
    bytes: small.length,
    input: Buffer.from(small).toString('base64'),
  };
  await writeFile(file, `${JSON.stringify(record, null, 2)}\n`);
  return file;
}

async function shrink(target: TargetName, input: Uint8Array, ending: Ending, limits: Limits): Promise<Uint8Array> {
  if (!ending.died) {
    const order = { shrink: input, most: tries.alive };
    return (await runCases({ target, order, limits })).smallest ?? input;
  }
  const fails = async (smaller: Uint8Array) =>
    (await runCases({ target, order: { input: smaller }, limits })).ending?.kind === ending.kind;
  return minimise(input, fails, tries.dead);
}
