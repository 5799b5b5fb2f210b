import { parseArgs } from 'node:util';
import { loadEnvironment, readVariables } from '../config.ts';
import { startEmbeddedServer } from '../database/embedded/server.ts';
import { migrate, resolveMigration } from '../database/migrations.ts';

// npm run migrate: brings the database up to date, the embedded one when DATABASE_URL is not set.
// --applied NAME and --rolled-back NAME settle a migration whose end is unknown.

const log = (message: string) => console.error(message);

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { applied: { type: 'string' }, 'rolled-back': { type: 'string' } },
  });
  const { DATABASE_URL, DATA_DIR } = readVariables(['DATABASE_URL', 'DATA_DIR'], loadEnvironment());
  const server = DATABASE_URL ? undefined : await startEmbeddedServer({ directory: DATA_DIR, log });
  try {
    const connectionString = server?.connectionString ?? DATABASE_URL ?? '';
    if (values.applied) await resolveMigration(connectionString, values.applied, 'applied');
    if (values['rolled-back']) {
      await resolveMigration(connectionString, values['rolled-back'], 'rolled-back');
    }
    const applied = await migrate(connectionString, { log });
    if (applied.length === 0) log('The database is up to date.');
  } finally {
    await server?.stop();
  }
}

main().catch((error: Error) => {
  log(`The database was not migrated. ${error.message || error}`);
  process.exitCode = 1;
});
