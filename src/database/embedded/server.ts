import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { usableBinaries } from './binaries.ts';
import { initializeCluster } from './cluster.ts';
import { claimRunningServer, holdOwnership } from './ownership.ts';
import { readOrCreatePassword } from './password.ts';
import { choosePlace } from './place.ts';
import { LaunchError, type LaunchOptions, launch, type Postmaster } from './postmaster.ts';

const LAUNCHES = 30;
const LAUNCH_PAUSE_MS = 200;

export interface EmbeddedServerOptions {
  /** The folder the database lives in, as `postgres`; made when missing. */
  directory: string;
  log: (message: string) => void;
  /** Server settings beside the defaults, by their names in postgresql.conf. */
  settings?: Record<string, string>;
  /** Another copy of PostgreSQL (a folder with bin, lib and share) than the installed package's. */
  native?: string;
  /** The data is for this run only: removed at `stop()`, and also when this process dies before it. */
  temporary?: boolean;
}

export interface EmbeddedServer {
  /** postgres://… of the superuser on 127.0.0.1, in the database `postgres`. */
  connectionString: string;
  /** Ends every session and shuts PostgreSQL down in order. May be called again: it is the same stop. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL on `directory`, made on the first start and kept between starts, for this process alone. It listens
 * on 127.0.0.1 on a free port. Leftovers of a killed process are cleared, a server that outlived its process is stopped
 * first. As root, PostgreSQL runs as an unprivileged user; where that user cannot reach the folder, the data lies
 * elsewhere and `directory/postgres` is a link to it. When this process dies, however it dies, the server shuts down.
 * @throws Error with a sentence for the operator, for instance when another process uses the directory.
 */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const { log, settings = {}, temporary = false } = options;
  const directory = resolve(options.directory);
  await mkdir(directory, { recursive: true });
  const chosen = await choosePlace(directory, log);
  const binaries = await usableBinaries(chosen, options.native, log);
  const password = await readOrCreatePassword(directory, chosen.isNew);
  const place = chosen.isNew
    ? await initializeCluster(chosen, binaries, password, { durable: !temporary })
    : chosen;
  const postmaster = await launchAlone(
    {
      place,
      binaries,
      password,
      settings,
      log,
      logFile: join(directory, 'postgres.log'),
      removeAfterwards: temporary ? [place.home, directory] : [],
    },
    directory,
  );
  const ownership = await holdOwnership(postmaster, directory).catch(async (error) => {
    await postmaster.stop();
    throw error;
  });
  let stopping: Promise<void> | undefined;
  return {
    connectionString: postmaster.connectionString,
    stop: () => {
      stopping ??= ownership.release().then(() => postmaster.stop());
      return stopping;
    },
  };
}

/** Two that start at once may both find the data free: PostgreSQL lets one in, and the other looks again. */
async function launchAlone(options: LaunchOptions, directory: string): Promise<Postmaster> {
  for (let attempt = 1; ; attempt++) {
    await claimRunningServer(options.place, directory, options.password, options.log);
    try {
      return await launch(options);
    } catch (error) {
      if (!(error instanceof LaunchError && error.retry) || attempt === LAUNCHES) throw error;
      await sleep(LAUNCH_PAUSE_MS);
    }
  }
}
