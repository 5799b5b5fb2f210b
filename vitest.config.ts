import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { FlakyReporter } from './test/setup/flaky-reporter.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/setup/global.ts'],
    // Much of the time is waiting for servers: one worker more than the single one that two cores would get.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Files share their worker's modules: loading all of the product again for each took half of the suite's time.
    isolate: false,
    // Much here is real: processes, clocks, kills. What fails on CI is tried once more there, and named.
    retry: process.env.CI === 'true' ? 1 : 0,
    reporters: ['default', new FlakyReporter()],
    // A page is waited for as long as anything else; the default is one second.
    expect: { poll: { timeout: 30_000 } },
    testTimeout: 90_000,
    hookTimeout: 120_000,
  },
});
