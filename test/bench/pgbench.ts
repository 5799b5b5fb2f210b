import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Whether pgbench is on the PATH. */
export function hasPgbench(): boolean {
  try {
    execFileSync('pgbench', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Transactions in a second of `scripts`, taken by chance, with prepared statements; `transactions` in all. */
export async function pgbench(
  databaseUrl: string,
  scripts: readonly string[],
  { clients, transactions }: { clients: number; transactions: number },
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'orgdesk-pgbench-'));
  try {
    const files = await Promise.all(
      scripts.map(async (script, index) => {
        const file = join(folder, `${index}.sql`);
        await writeFile(file, script);
        return ['-f', file];
      }),
    );
    const each = Math.ceil(transactions / clients);
    const options = ['-n', '-M', 'prepared', '-c', `${clients}`, '-j', '2', '-t', `${each}`];
    const { stdout } = await promisify(execFile)('pgbench', [...options, ...files.flat(), databaseUrl]);
    const rate = /^tps = ([\d.]+)/m.exec(stdout)?.[1];
    if (rate === undefined || !stdout.includes('number of failed transactions: 0')) {
      throw new Error(`pgbench says:\n${stdout}`);
    }
    return Number(rate);
  } finally {
    await rm(folder, { recursive: true });
  }
}
