// A host in a process of its own, for a test that kills it: with a runner that spins and one that waits, or with runners
// that are booting and never come to greet (their file is the second argument, so that they can be found by its name).
import { install, callOf, openHost, processing } from './open-host.ts';
import { runnerPids } from './runner-pids.ts';

const [what, runnerFile] = process.argv.slice(2);
const opened = openHost({ spareRunners: 1, ...(runnerFile === undefined ? {} : { runnerFile }) });
if (what === 'booting') {
  for (let count = 0; count < 3; count += 1) opened.host.load(install({ code: '' })).catch(() => {});
} else {
  const plugin = processing('for (;;) {}', { limits: { timeout: 60_000, cpu: 60_000 } });
  await opened.host.load(plugin);
  void opened.host.call(callOf(plugin));
  opened.host.prepare();
}
// The other may still be on its way.
while ((runnerPids() ?? []).length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
process.stdout.write(`${JSON.stringify(runnerPids())}\n`);
