import { type Config, ConfigError } from '../config.ts';
import type { Logger } from '../logger.ts';
import { StartFailed } from '../start-failed.ts';
import type { OnStop } from './on-stop.ts';

/**
 * PostgreSQL's address: the operator's, or that of the embedded server, which belongs to one process alone.
 * @throws ConfigError, StartFailed
 */
export async function openDatabaseServer(config: Config, log: Logger, onStop: OnStop): Promise<string> {
  if (config.DATABASE_URL !== undefined) return config.DATABASE_URL;
  if (config.ROLE !== 'all') {
    throw new ConfigError(
      `ROLE=${config.ROLE} needs DATABASE_URL: the embedded PostgreSQL serves one process, which is ROLE=all.`,
    );
  }
  const { startEmbeddedServer } = await import('../database/embedded/server.ts');
  const server = await startEmbeddedServer({
    directory: config.DATA_DIR,
    log: (message) => log.info(message),
  }).catch((error: Error) => {
    throw new StartFailed(error.message, { cause: error });
  });
  onStop(server.stop);
  return server.connectionString;
}
