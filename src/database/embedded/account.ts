import { execFile } from 'node:child_process';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The operating system's user that PostgreSQL runs as, in the form `spawn` takes it; empty for this process's own. */
export interface Account {
  uid?: number;
  gid?: number;
}

export const isRoot = (): boolean => process.getuid?.() === 0;

/**
 * PostgreSQL refuses to run as root. So root runs it as the owner of the data when there is one, else as the first of
 * `names` that exists, the first being created when none does. Anybody else runs it as themselves.
 */
export async function serverAccount(
  owner: { uid: number; gid: number } | undefined,
  names: string[] = ['postgres', 'nobody'],
): Promise<Account> {
  if (!isRoot()) return ownAccount(owner);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const [first = 'postgres', ...others] = names;
  const account = (await find(first)) ?? (await create(first)) ?? (await findAny(others));
  if (account) return account;
  throw new Error(
    `PostgreSQL refuses to run as root, and none of the users ${names.join(', ')} is there or can be made. ` +
      'Start as an ordinary user, or set DATABASE_URL to a database of your own.',
  );
}

function ownAccount(owner: { uid: number } | undefined): Account {
  if (owner && process.getuid && owner.uid !== process.getuid()) {
    throw new Error(
      `The database belongs to the user with the number ${owner.uid}, and this process runs as ` +
        `${userInfo().username}. Start as that user or as root, or name another folder.`,
    );
  }
  return {};
}

async function find(name: string): Promise<Account | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}

async function findAny(names: string[]): Promise<Account | undefined> {
  for (const name of names) {
    const account = await find(name);
    if (account) return account;
  }
  return undefined;
}

async function create(name: string): Promise<Account | undefined> {
  try {
    await run('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/bin/false', name]);
  } catch {
    return undefined;
  }
  return find(name);
}
