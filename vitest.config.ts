import { defineConfig } from 'vitest/config';

/** Tests that start no server, runner or browser: the inner loop (`npm run check`) runs these alone. */
const quick = [
  '{contract,scanner}/**/*.test.ts',
  '{pixels,sdk}/src/**/*.test.ts',
  'host/test/{merge,check-result,plugin-config}.test.ts',
  'server/src/features/**/{histogram,pick-run}.test.ts',
  'server/src/{events,log}.test.ts',
  'web/test/{bare-text,format,messages}.test.ts',
  'test/*.test.ts',
];

// Tests of a new plugin run in the folder where it was written, by Node's own runner.
const exclude = ['**/node_modules/**', '**/dist/**', 'sdk/templates/**'];

export default defineConfig({
  test: {
    // Three files at a time on two processors: their processes wait for deadlines and each other nearly half of the time.
    maxWorkers: 3,
    projects: [
      { test: { name: 'quick', include: quick, exclude, pool: 'forks', testTimeout: 30_000 } },
      {
        test: {
          name: 'whole',
          include: [
            '{host,runner,pack,intake,evidence,signatures,pixels,samples,sdk,cli,server,web,plugins,bench,corpus,fuzz,soak}/**/*.test.ts',
            'test/e2e/**/*.test.ts',
          ],
          exclude: [...exclude, ...quick],
          pool: 'forks',
          // One process for many files: to read the server anew for each takes longer than most of their tests.
          isolate: false,
          // The embedded database is WebAssembly, and no test lives long enough to earn what optimising it costs.
          execArgv: ['--liftoff-only'],
          // Limits for what hangs, not figures: a busy machine is slow.
          testTimeout: 60_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
