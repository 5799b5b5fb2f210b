import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startTemporaryServer } from '../src/database/embedded/temporary.ts';
import { MIGRATIONS_DIRECTORY } from '../src/database/migrations.ts';
import { diffSchema } from '../src/database/schema-diff.ts';

// npm run migration:new -- name: writes the SQL from what the migrations make to what schema.prisma describes.

const name = process.argv[2];

if (name === undefined || !/^[a-z][a-z0-9_]*$/.test(name)) {
  console.error(
    'Name the migration, in lower-case letters, digits and underscores: npm run migration:new -- name',
  );
  process.exit(1);
}

const server = await startTemporaryServer({ log: console.error });
try {
  const sql = await diffSchema(server.connectionString);
  if (sql === null) {
    console.log('schema.prisma is what the migrations make: there is nothing to write.');
  } else {
    const timestamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
    const folder = join(MIGRATIONS_DIRECTORY, `${timestamp}_${name}`);
    await mkdir(folder);
    await writeFile(join(folder, 'migration.sql'), sql);
    console.log(`Wrote ${join(folder, 'migration.sql')}. Read it before it runs on anybody's rows.`);
  }
} finally {
  await server.stop();
}
