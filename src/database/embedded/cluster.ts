import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, lstat, mkdir, readdir, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import type { Place } from './place.ts';
import { isAlive } from './postmaster-file.ts';

const run = promisify(execFile);

const DRAFT = 'postgres.initializing.';

/**
 * Makes the data directory: UTF-8, sorted by code point (with no need for the machine's locales), one superuser with a
 * password. It is made aside and moved whole, so that a start that is killed leaves no half of one; of two at once, the
 * first is kept. Gives the place as it then is.
 */
export async function initializeCluster(
  place: Place,
  { initdb }: Binaries,
  password: string,
  { durable }: { durable: boolean },
): Promise<Place> {
  const { home, account, data, link } = place;
  await removeAbandonedDrafts(home);
  const draft = join(home, `${DRAFT}${process.pid}.${randomBytes(4).toString('hex')}`);
  const passwordFile = join(draft, 'password');
  try {
    await mkdir(draft, { mode: 0o700 });
    await writeFile(passwordFile, password, { mode: 0o600 });
    await give(account, draft, passwordFile);
    const cluster = join(draft, 'data');
    const flags = [
      ...['--pgdata', cluster, '--username', 'postgres', '--pwfile', passwordFile],
      ...['--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale', 'C'],
      ...['--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'],
      ...(durable ? [] : ['--no-sync']),
    ];
    await run(initdb, flags, { ...account, cwd: draft, env: { ...process.env, LC_ALL: 'C' } });
    await keepFirst(cluster, data);
    if (link !== data) await symlink(data, link).catch(ignoreExisting);
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim();
    throw new Error(`The database in ${home} could not be made: ${said || (error as Error).message}`, {
      cause: error,
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  const kept = await realpath(link);
  if (kept !== (await realpath(data))) await rm(data, { recursive: true, force: true });
  return { ...place, home: dirname(kept), data: kept, isNew: false };
}

async function give({ uid, gid }: Account, ...paths: string[]): Promise<void> {
  if (uid === undefined || gid === undefined) return;
  for (const path of paths) await chown(path, uid, gid);
}

async function keepFirst(cluster: string, data: string): Promise<void> {
  if (await lstat(data).catch(() => undefined)) return;
  await rename(cluster, data).catch(ignoreExisting);
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST' && error.code !== 'ENOTEMPTY') throw error;
}

async function removeAbandonedDrafts(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    const pid = name.startsWith(DRAFT) ? Number(name.slice(DRAFT.length).split('.')[0]) : 0;
    if (pid > 0 && !isAlive(pid)) await rm(join(home, name), { recursive: true, force: true });
  }
}
