import { randomBytes } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The superuser's password, kept in `<directory>/postgres.password` for its owner only. Two processes that start at once get
 * the same one.
 * @throws Error when the database is there and its password is not.
 */
export async function readOrCreatePassword(directory: string, mayCreate: boolean): Promise<string> {
  const file = join(directory, 'postgres.password');
  if (mayCreate) await createOnce(file);
  const password = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (password) return password;
  throw new Error(
    `The password of the database in ${directory} cannot be read from ${file}. Bring that file back, or move ` +
      `${join(directory, 'postgres')} away to begin with an empty database.`,
  );
}

/** Written aside and then linked, so that nobody ever reads half of it or overwrites another's. */
async function createOnce(file: string): Promise<void> {
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  try {
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft);
  }
}
