import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/setup/global.ts'],
    // Much of the time is waiting for servers: one worker more than the single one that two cores would get.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Files share their worker's modules: loading all of the product again for each took half of the suite's time.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
