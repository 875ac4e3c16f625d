import { expect, test } from 'vitest';
import { startServer } from '../../server/test/start-server.ts';
import { createOutside } from '../src/test-host/outside.ts';
import { runSuites, summary } from './run-suites.ts';
import { suites } from './suites/all.ts';
import type { Target } from './target.ts';
import { addresses, answer } from './targets/internet.ts';
import { openServerTarget } from './targets/server-target.ts';
import { openTestHostTarget } from './targets/test-host-target.ts';

const minutes = 60_000;

async function conform(target: Target): Promise<void> {
  const outcomes = await runSuites(target);
  console.log(`conformance: ${summary(target, outcomes)}`);
  const failed = outcomes.filter(({ state }) => state !== 'passed');
  expect(failed.map(({ suite, name, reason }) => `${suite}: ${name}\n${reason}`)).toEqual([]);
  expect(outcomes.length).toBe(suites.reduce((sum, suite) => sum + Object.keys(suite.cases).length, 0));
  expect(outcomes.length).toBeGreaterThanOrEqual(60);
}

test(
  'the test host of the sdk does what the platform promises to plugins',
  async () => {
    await using target = await openTestHostTarget();
    await conform(target);
  },
  20 * minutes,
);

test(
  'a live server does the same over HTTP',
  async () => {
    await using outside = createOutside({ answer, addresses });
    const server = await startServer({ outgoing: outside.way });
    try {
      await conform(openServerTarget({ url: server.url, token: server.owner.token, outside }));
    } finally {
      await server.stop();
    }
  },
  20 * minutes,
);
