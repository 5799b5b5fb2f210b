import { pino } from 'pino';
import { createDatabase } from '../../src/database/client.ts';
import { startJobs } from '../../src/jobs/engine.ts';
import { testContext } from '../setup/context.ts';

// A worker process for tests: tells its parent when it begins an effect. As `hang` it never ends one.
const [connectionString = '', redisUrl, behaviour] = process.argv.slice(2);
const database = createDatabase(connectionString);

await startJobs({
  context: testContext(database),
  connectionString,
  redisUrl: redisUrl || undefined,
  registry: {
    'home.refresh': {
      queue: 'slack',
      async run(_, { teamId }, { attempt }) {
        process.send?.({ begun: teamId, attempt });
        if (behaviour === 'hang') await new Promise(() => {});
      },
    },
  },
  log: pino({ level: 'silent' }),
  pace: { lockMs: 1000, stalledMs: 300 },
});
