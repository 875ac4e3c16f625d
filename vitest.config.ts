import { defineConfig } from 'vitest/config';

/** Tests that start no server, runner or browser: the inner loop (`npm run check`) runs these alone. */
const quick = [
  '{contract,scanner,sdk}/**/*.test.ts',
  'host/test/{merge,check-result}.test.ts',
  'server/src/features/**/{histogram,plugin-config,pick-run}.test.ts',
  'server/src/{events,log}.test.ts',
  'test/*.test.ts',
];

const exclude = ['**/node_modules/**', '**/dist/**'];

export default defineConfig({
  test: {
    // Two files at a time: most of them start processes of their own.
    maxWorkers: 2,
    projects: [
      { test: { name: 'quick', include: quick, exclude, pool: 'forks', testTimeout: 30_000 } },
      {
        test: {
          name: 'whole',
          include: [
            '{host,runner,pack,samples,cli,server,web,plugins,bench,corpus,soak}/**/*.test.ts',
            'test/e2e/**/*.test.ts',
          ],
          exclude: [...exclude, ...quick],
          pool: 'forks',
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
