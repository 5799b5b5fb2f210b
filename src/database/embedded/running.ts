import { readFile, realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isPostmasterOf, readPostmasterFile } from './postmaster-file.ts';

/**
 * The connection string of the embedded server that another process runs on `directory`, or null where none runs: for an
 * operator's command beside a running product. It ends with that process.
 */
export async function findRunningServer(directory: string): Promise<string | null> {
  const data = await realpath(join(resolve(directory), 'postgres')).catch(() => null);
  if (data === null) return null;
  const file = await readPostmasterFile(data);
  if (file?.port === undefined || !(await isPostmasterOf(file.pid, data))) return null;
  const password = (await readFile(join(resolve(directory), 'postgres.password'), 'utf8')).trim();
  return `postgres://postgres:${password}@127.0.0.1:${file.port}/postgres`;
}
