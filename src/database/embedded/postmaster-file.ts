import { execFile } from 'node:child_process';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

// Above every system's highest process id, so that PostgreSQL takes the file for one of a dead process.
const NOBODYS_PID = 2_147_483_646;

const YOUNG_MS = 3_000;

export interface PostmasterFile {
  pid: number;
  /** Absent for the first moments of a server. */
  port?: number;
}

/** postmaster.pid, which a server writes into its data directory and removes when it shuts down in order. */
export async function readPostmasterFile(data: string): Promise<PostmasterFile | undefined> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '');
  // Its lines, from miscadmin.h of PostgreSQL: pid, data directory, start time, port, socket directory, address, …
  const lines = text.split('\n');
  const pid = Math.abs(Number.parseInt(lines[0] ?? '', 10));
  const port = Number.parseInt(lines[3] ?? '', 10);
  if (!pid) return undefined;
  return port ? { pid, port } : { pid };
}

/**
 * Removes a postmaster.pid without content, which a crash of the machine leaves and at which PostgreSQL refuses to start.
 * A young one belongs to a server that is just starting.
 */
export async function removeEmptyPostmasterFile(data: string): Promise<void> {
  const path = join(data, 'postmaster.pid');
  const found = await stat(path).catch(() => undefined);
  if (found?.size === 0 && Date.now() - found.mtimeMs > YOUNG_MS) await rm(path);
}

/**
 * Whether the process in postmaster.pid is this data directory's server. A number is given out again after a crash or
 * in a new container, so that it may well be somebody else's by now.
 */
export async function isPostmasterOf(pid: number, data: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const command = await commandOf(pid);
  return command === undefined || (command.includes(data) && command.includes('postgres'));
}

/**
 * Tells PostgreSQL that the writer of postmaster.pid is dead when its number now belongs to somebody else. The file stays:
 * its other lines let PostgreSQL see whether children of the dead server still use the data.
 */
export async function disownPostmasterFile(data: string, writer: number): Promise<void> {
  const path = join(data, 'postmaster.pid');
  const [pid, ...rest] = (await readFile(path, 'utf8').catch(() => '')).split('\n');
  // Another start may have removed the file by now, or put its server's own there.
  if (Number(pid) !== writer) return;
  await writeFile(path, [String(NOBODYS_PID), ...rest].join('\n'));
}

/** Also true for a process of another user. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The command line, from Linux's /proc or from `ps`; undefined where neither tells. */
async function commandOf(pid: number): Promise<string | undefined> {
  try {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ');
  } catch {
    const listed = await run('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => undefined);
    return listed?.stdout;
  }
}
