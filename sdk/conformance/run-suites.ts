import { suites } from './suites/all.ts';
import { install, Trial, type Suite } from './suite.ts';
import type { Target } from './target.ts';

/** What became of one case. */
export type Outcome = { suite: string; name: string; state: 'passed' | 'failed' | 'skipped'; reason: string };

/** All cases on one target, one after the other. A case that fails leaves the others their work. */
export async function runSuites(
  target: Target,
  { tell = () => undefined, only = '' }: { tell?: (outcome: Outcome) => void; only?: string } = {},
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const suite of suites.filter(({ name }) => name.includes(only))) {
    for await (const outcome of runSuite(target, suite)) {
      outcomes.push(outcome);
      tell(outcome);
    }
  }
  return outcomes;
}

async function* runSuite(target: Target, suite: Suite): AsyncGenerator<Outcome> {
  const cases = Object.entries(suite.cases);
  const outcome = (name: string, state: Outcome['state'], reason = ''): Outcome => ({
    suite: suite.name,
    name,
    state,
    reason,
  });
  if (suite.needsOutside && target.outside === null) {
    for (const [name] of cases) yield outcome(name, 'skipped', 'nobody answers in the place of the internet there');
    return;
  }
  await using opened = new AsyncDisposableStack();
  try {
    await install(target, suite.plugin, suite.config, opened);
  } catch (error) {
    for (const [name] of cases) yield outcome(name, 'failed', `Its plugin was not installed. ${textOf(error)}`);
    return;
  }
  for (const [name, run] of cases) {
    try {
      await using own = new AsyncDisposableStack();
      await run(new Trial(target, suite.plugin, own));
      yield outcome(name, 'passed');
    } catch (error) {
      yield outcome(name, 'failed', textOf(error));
    }
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

export function summary(target: Target, outcomes: readonly Outcome[]): string {
  const count = (state: Outcome['state']) => outcomes.filter((each) => each.state === state).length;
  return `${target.name}: ${outcomes.length} cases, ${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`;
}
