import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, readlink, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type Account, isRoot, serverAccount } from './account.ts';

const run = promisify(execFile);

export interface Place {
  /** Where the operator looks for the data: `<directory>/postgres`, the data itself or a link to it. */
  link: string;
  /** The folder that holds the data and, when needed, a copy of PostgreSQL; `account` can reach it. */
  home: string;
  /** The data directory, in `home`. */
  data: string;
  /** No database has been made here yet. */
  isNew: boolean;
  account: Account;
}

/** Where root's servers keep what they cannot keep in the project's folder, in order of preference. */
const SHELTERS = ['/var/lib/orgdesk', '/var/tmp/orgdesk'];

/**
 * Where the database of `directory` lies: there, unless PostgreSQL runs as another user who cannot pass the folders above.
 * @throws Error when a link to the data leads nowhere, so that nobody gets an empty database in place of a lost one.
 */
export async function choosePlace(directory: string, log: (message: string) => void): Promise<Place> {
  const link = join(directory, 'postgres');
  const existing = await lstat(link).catch(() => undefined);
  if (existing) {
    const data = await realpath(link).catch(async () => {
      throw new Error(
        `The database of ${directory} was kept in ${await readlink(link)}, which is gone. Bring it back, or remove ` +
          `the link ${link} to begin with an empty database.`,
      );
    });
    const account = await serverAccount(await stat(data));
    if (!(await canPass(account, data))) {
      throw new Error(
        `The user with the number ${account.uid}, whose the database in ${data} is, cannot reach it: a folder above is ` +
          'closed. Open it (chmod o+x), or move the project.',
      );
    }
    return { link, home: dirname(data), data, isNew: false, account };
  }
  const account = await serverAccount(undefined);
  const own = await realpath(directory);
  const home = (await canPass(account, own)) ? own : await findShelter(own, account);
  if (home !== own)
    log(`The user that PostgreSQL runs as cannot reach ${own}; the database lies in ${home}.`);
  // In the shelter the data of a folder that was moved or removed may still lie: it is never met again by chance.
  const data = home === own ? link : join(home, `postgres-${randomBytes(4).toString('hex')}`);
  return { link, home, data, isNew: true, account };
}

/** Tried, not computed: access lists and mount options count as well as modes. */
async function canPass(account: Account, directory: string): Promise<boolean> {
  if (account.uid === undefined) return true;
  try {
    await run('/bin/sh', ['-c', 'cd "$1"', 'sh', directory], { ...account, cwd: '/' });
    return true;
  } catch (error) {
    if (typeof (error as { code?: unknown }).code === 'number') return false;
    throw new Error(
      `PostgreSQL refuses to run as root, and this process may not become the user with the number ${account.uid}. ` +
        'Start as an ordinary user, or set DATABASE_URL to a database of your own.',
      { cause: error },
    );
  }
}

async function findShelter(directory: string, account: Account): Promise<string> {
  const name = createHash('sha256').update(directory).digest('hex').slice(0, 16);
  for (const shelter of SHELTERS) {
    const home = join(shelter, name);
    if ((await makeOwnFolder(shelter)) && (await makeOwnFolder(home)) && (await canPass(account, home))) {
      return home;
    }
  }
  throw new Error(
    `The user that PostgreSQL runs as can reach neither ${directory} nor ${SHELTERS.join(' nor ')}. ` +
      'Put the project into a folder that everybody may pass, or start as an ordinary user.',
  );
}

/** In /var/tmp anybody may have been there first: a folder counts only when it is ours and only we write to it. */
async function makeOwnFolder(path: string): Promise<boolean> {
  try {
    await mkdir(path).then(
      () => chmod(path, 0o755),
      (error) => (error.code === 'EEXIST' ? undefined : Promise.reject(error)),
    );
    const { uid, mode } = await lstat(path).then((found) => (found.isDirectory() ? found : Promise.reject()));
    return isRoot() && uid === 0 && (mode & 0o022) === 0;
  } catch {
    return false;
  }
}
