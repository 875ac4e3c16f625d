import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { tryInControl } from './control.ts';
import { openLane, type Lane } from './lane.ts';
import { createPrinter, percentile, summarise } from './print.ts';
import { locate, readIndex, type Judgement, type Snippet } from './snippet.ts';

export type EscapesOptions = {
  folder: string;
  json: boolean;
  /** `runner` is ours; the others are controls that show that the harness sees an escape. */
  sandbox: 'runner' | 'none' | 'vm';
  /** Only snippets of this kind. */
  kind?: string;
  atOnce?: number;
};

/** Runs every snippet of a folder. Gives the exit code: 0 when all are clean, 1 when not, 2 when nothing could be run. */
export async function runEscapes(options: EscapesOptions): Promise<number> {
  const folder = resolve(options.folder);
  let snippets: Snippet[];
  try {
    const all = await readIndex(folder);
    snippets = options.kind === undefined ? all : all.filter(({ kind }) => kind === options.kind);
    if (snippets.length === 0) throw new Error(`It has nothing of the kind "${options.kind}".`);
  } catch (error) {
    console.error(`The corpus ${options.folder} cannot be read: ${error instanceof Error ? error.message : error}`);
    return 2;
  }
  const began = performance.now();
  const printer = createPrinter(options.json);
  const atOnce = Math.min(options.atOnce ?? Math.min(availableParallelism(), 4), snippets.length);
  const { judgements, quiet, leaked } =
    options.sandbox === 'runner'
      ? await runInRunners({ folder, snippets, atOnce, onJudgement: printer.line })
      : await runInControl({ folder, snippets, atOnce, onJudgement: printer.line, sandbox: options.sandbox });
  const summary = {
    ...summarise(judgements),
    leaked,
    sandbox: options.sandbox,
    atOnce,
    seconds: Math.round((performance.now() - began) / 100) / 10,
    neighbour: {
      quietP95: percentile(quiet, 0.95),
      quietMost: percentile(quiet, 1),
      most: Math.max(0, ...judgements.map(({ neighbour }) => neighbour ?? 0)),
    },
  };
  printer.summary(summary);
  return summary.clean === summary.total && leaked === 0 ? 0 : 1;
}

type Ran = { judgements: Judgement[]; quiet: number[]; leaked: number };
type Running = {
  folder: string;
  snippets: readonly Snippet[];
  atOnce: number;
  onJudgement: (judgement: Judgement) => void;
};

async function runInRunners({ folder, snippets, atOnce, onJudgement }: Running): Promise<Ran> {
  const waiting = [...snippets];
  const judgements: Judgement[] = [];
  const slow: { snippet: Snippet; judgement: Judgement }[] = [];
  const lanes: Lane[] = [];
  const conclude = (judgement: Judgement): void => {
    judgements.push(judgement);
    onJudgement(judgement);
  };

  async function work(): Promise<void> {
    const lane = openLane();
    lanes.push(lane);
    for (let snippet = waiting.shift(); snippet !== undefined; snippet = waiting.shift()) {
      const judgement = await tryOne(lane, folder, snippet, false);
      // Several at a time share the processor: whether it is this one that holds up its neighbour is seen alone.
      if (judgement.outcome === 'stall') slow.push({ snippet, judgement });
      else conclude(judgement);
    }
    await lane.close();
  }
  await Promise.all(Array.from({ length: atOnce }, work));

  if (slow.length > 0) {
    const alone = openLane();
    lanes.push(alone);
    for (const { snippet } of slow) conclude(await median(() => tryOne(alone, folder, snippet, true)));
    await alone.close();
  }
  return {
    judgements,
    quiet: lanes.flatMap((lane) => lane.quiet),
    leaked: lanes.reduce((sum, lane) => sum + lane.leaked(), 0),
  };
}

/** Of five attempts the one in the middle. Anything that is not a matter of time counts at once. */
async function median(attempt: () => Promise<Judgement>): Promise<Judgement> {
  const attempts: Judgement[] = [];
  while (attempts.length < 5) {
    const judgement = await attempt();
    if (judgement.outcome !== 'stall' && judgement.outcome !== 'clean') return judgement;
    attempts.push(judgement);
    for (const outcome of ['clean', 'stall']) {
      const same = attempts.filter((one) => one.outcome === outcome);
      if (same.length === 3) return judgement;
    }
  }
  throw new Error('Of five attempts three have the same outcome.');
}

async function tryOne(lane: Lane, folder: string, { file, kind }: Snippet, alone: boolean): Promise<Judgement> {
  const path = await locate(folder, file);
  if (path === null)
    return { file, kind, outcome: 'missing', ms: 0, answer: '', detail: 'There is no such file in the folder.' };
  try {
    return { file, kind, ...(await lane.run(path, alone)) };
  } catch (error) {
    // No host to try it in: nothing is known of this one, which is not the same as clean.
    return { file, kind, outcome: 'broken', ms: 0, answer: '', detail: String(error) };
  }
}

async function runInControl(running: Running & { sandbox: 'none' | 'vm' }): Promise<Ran> {
  const waiting = [...running.snippets];
  const judgements: Judgement[] = [];
  async function work(): Promise<void> {
    for (let snippet = waiting.shift(); snippet !== undefined; snippet = waiting.shift()) {
      const { file, kind } = snippet;
      const path = await locate(running.folder, file);
      const judged =
        path === null
          ? ({ outcome: 'missing', ms: 0, answer: '', detail: 'There is no such file in the folder.' } as const)
          : await tryInControl(path, running.sandbox);
      judgements.push({ file, kind, ...judged });
      running.onJudgement({ file, kind, ...judged });
    }
  }
  await Promise.all(Array.from({ length: running.atOnce }, work));
  return { judgements, quiet: [], leaked: 0 };
}
