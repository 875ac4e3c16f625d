// A host of its own process, with a plugin that loops in it: the test kills it and looks for the runner.
import { callOf, openHost, processing } from './open-host.ts';
import { runnerPids } from './runner-pids.ts';

const opened = openHost({ spareRunners: 1 });
const plugin = processing('for (;;) {}', { limits: { timeout: 60_000, cpu: 60_000 } });
await opened.host.load(plugin);
void opened.host.call(callOf(plugin));
// The spare may still be booting.
while ((runnerPids() ?? []).length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
process.stdout.write(`${JSON.stringify(runnerPids())}\n`);
