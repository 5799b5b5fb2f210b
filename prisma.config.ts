import { defineConfig } from 'prisma/config';

// The Prisma CLI insists on a native schema engine although `generate` and `validate` never run it; any existing
// file satisfies it. Migrations go through the WebAssembly engine instead: see src/database/migrations.ts.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;

export default defineConfig({ schema: 'prisma/schema.prisma' });
