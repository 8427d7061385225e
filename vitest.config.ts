import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    exclude: ['test/perf/**', 'test/soak/**', 'node_modules/**'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    pool: 'forks',
    maxWorkers: 2,
    // Files share a worker's modules: importing them anew for each would take longer than all the tests. A test that changes
    // something global puts it back.
    isolate: false,
    env: { NODE_ENV: 'test' },
  },
});
