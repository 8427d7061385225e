import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    exclude: ['test/perf/**', 'test/soak/**', 'node_modules/**'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // A condition that comes true resolves at once; only one that never does takes this long.
    expect: { poll: { timeout: 15_000 } },
    pool: 'forks',
    // Twice the cores of the smallest machine this runs on: a scenario mostly waits for the program in its terminal.
    maxWorkers: 4,
    // The gate (.ci/run) tries what fails once more, and the report names it: a shared machine may stall a pseudo-terminal.
    retry: Number(process.env.TEST_RETRIES ?? 0),
    // Files share a worker's modules: importing them anew for each would take longer than all the tests. A test that changes
    // something global puts it back.
    isolate: false,
    env: { NODE_ENV: 'test' },
  },
});
