// Runs the conformance suite against the test host, or against any server: PROOFPIX_TOKEN=… npm run conformance -- --server URL [--only SUITE]
import { parseArgs } from 'node:util';
import { tokenSetting } from './config.ts';
import { runSuites, summary, type Outcome } from './run-suites.ts';
import { openServerTarget } from './targets/server-target.ts';
import { openTestHostTarget } from './targets/test-host-target.ts';

const { values } = parseArgs({
  options: {
    server: { type: 'string' },
    token: { type: 'string' },
    json: { type: 'boolean' },
    only: { type: 'string' },
  },
});
const { server, token = tokenSetting(), json = false, only = '' } = values;
const marks = { passed: 'ok     ', failed: 'FAILED ', skipped: 'skipped' } as const;

await using target =
  server === undefined ? await openTestHostTarget() : openServerTarget({ url: server.replace(/\/$/, ''), token });
const tell = ({ suite, name, state, reason }: Outcome) => {
  if (!json) console.log(`${marks[state]} ${suite}: ${name}${reason === '' ? '' : `\n${reason}`}`);
};
const outcomes = await runSuites(target, { only, tell });
console.log(json ? JSON.stringify({ target: target.name, outcomes }, null, 2) : summary(target, outcomes));
if (outcomes.some(({ state }) => state === 'failed')) process.exitCode = 1;
