import { startProduct } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { createLogger } from '../../src/logger.ts';

// The product as a worker process, wired as it is shipped, but for how long it takes to find that another one is dead.
await startProduct(readConfig(process.env), {
  log: createLogger('silent'),
  pace: { lockMs: 2000, stalledMs: 300, visibilityMs: 1500, sweepMs: 300, calmMs: 0, concurrency: 20 },
});
