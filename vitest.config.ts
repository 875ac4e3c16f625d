import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{contract,runner,host,scanner,pack,sdk,samples,cli,server,web,test,bench}/**/*.test.ts', 'plugins/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two files at a time: most of them start processes of their own.
    maxWorkers: 2,
  },
});
