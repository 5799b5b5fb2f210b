import { parseArgs } from 'node:util';
import { loadEnvironment, readVariables } from '../config.ts';
import { createDatabase, type Database } from '../database/client.ts';
import { findRunningServer } from '../database/embedded/running.ts';
import { startEmbeddedServer } from '../database/embedded/server.ts';
import { listParked, outboxCounts, parkByHand, retryParked } from '../jobs/operator.ts';

// npm run outbox -- list | retry ID | retry --all | park ID
// Works beside the running product, on the embedded database as well.

const USAGE = `Usage:
  npm run outbox -- list          shows the effects that were given up, and how many are open
  npm run outbox -- retry ID      tries one of them again
  npm run outbox -- retry --all   tries all of them again
  npm run outbox -- park ID       takes one that is open out of the way`;
const SHOWN = 50;

class UsageError extends Error {}

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { all: { type: 'boolean', default: false } },
  });
  const [command, id] = positionals;
  const run = commandFor(command, values.all ? 'all' : id);
  const { DATABASE_URL, DATA_DIR } = readVariables(['DATABASE_URL', 'DATA_DIR'], loadEnvironment());
  const running = DATABASE_URL ?? (await findRunningServer(DATA_DIR));
  const server = running ? undefined : await startEmbeddedServer({ directory: DATA_DIR, log: console.error });
  const database = createDatabase(running ?? server?.connectionString ?? '', { poolSize: 1 });
  try {
    console.log(await run(database));
  } finally {
    await database.$disconnect();
    await server?.stop();
  }
}

function commandFor(command: string | undefined, which: string | undefined) {
  if (command === 'list') return list;
  if (command === 'retry' && which) return (database: Database) => retry(database, which);
  if (command === 'park' && which && which !== 'all') return (database: Database) => park(database, which);
  throw new UsageError(USAGE);
}

async function list(database: Database): Promise<string> {
  const { pending, queued, parked } = await outboxCounts(database);
  const effects = await listParked(database, SHOWN);
  const lines = effects.map(
    ({ id, topic, attempts, error, parkedAt }) =>
      `${id}  ${topic}  ${attempts} ${attempts === 1 ? 'try' : 'tries'}  since ${parkedAt.toISOString()}\n  ${error ?? ''}`,
  );
  if (parked > effects.length) lines.push(`and ${parked - effects.length} more`);
  return [...lines, `${pending} pending, ${queued} queued, ${parked} parked`].join('\n');
}

async function retry(database: Database, which: string): Promise<string> {
  const count = await retryParked(database, which, new Date());
  if (count === 0 && which !== 'all') throw new Error(`No parked effect has the id ${which}.`);
  return count === 1 ? '1 effect will be tried again.' : `${count} effects will be tried again.`;
}

async function park(database: Database, id: string): Promise<string> {
  if (await parkByHand(database, id, new Date())) return 'The effect is parked.';
  throw new Error(`No open effect has the id ${id}.`);
}

main().catch((error: Error) => {
  console.error(error instanceof UsageError ? error.message : `That did not work. ${error.message || error}`);
  process.exitCode = 1;
});
