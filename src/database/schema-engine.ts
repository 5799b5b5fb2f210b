import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import type { MigrationDirectory, MigrationList, SchemaEngine } from '@prisma/schema-engine-wasm';
import { type SchemaAdapterFactory, schemaAdapterFactory } from './schema-adapter.ts';

// Node has it; its types come with the browser's, which are not loaded here.
declare const WebAssembly: {
  compile(bytes: Uint8Array): Promise<object>;
  Instance: new (module: object, imports: object) => { exports: { __wbindgen_start(): void } };
};

type Bindings = typeof import('@prisma/schema-engine-wasm/schema_engine_bg');

/** Everything in the database is ours: nothing is hidden from the engine. */
export const NO_FILTERS = { externalTables: [], externalEnums: [] };

export interface EngineOptions {
  /** schema.prisma as text; only comparing needs it. */
  schema?: { path: string; content: string };
  /** Connection string of an empty database in which the engine may build what the migrations make. */
  shadow?: string;
}

/** Runs `work` with Prisma's schema engine on a database, and closes the engine's connections afterwards. */
export async function withSchemaEngine<T>(
  connectionString: string,
  { schema, shadow }: EngineOptions,
  work: (engine: SchemaEngine, adapter: SchemaAdapterFactory) => Promise<T>,
): Promise<T> {
  const { SchemaEngine } = await loadBindings();
  const adapter = schemaAdapterFactory(connectionString, shadow);
  const datamodels: [string, string][] | undefined = schema && [[schema.path, schema.content]];
  try {
    const engine = await SchemaEngine.new(
      { datamodels },
      () => {},
      bindMigrationAwareSqlAdapterFactory(adapter),
    );
    try {
      return await work(engine, adapter);
    } finally {
      engine.free();
    }
  } finally {
    await adapter.close();
  }
}

/** The named migrations of a folder, in the form the engine takes them. */
export async function listForEngine(directory: string, names: string[]): Promise<MigrationList> {
  const path = 'migration_lock.toml';
  return {
    baseDir: directory,
    lockfile: { path, content: await readFile(join(directory, path), 'utf8') },
    shadowDbInitScript: '',
    migrationDirectories: await Promise.all(names.map((name) => readMigration(directory, name))),
  };
}

async function readMigration(directory: string, name: string): Promise<MigrationDirectory> {
  const path = 'migration.sql';
  const value = await readFile(join(directory, name, path), 'utf8');
  return { path: name, migrationFile: { path, content: { tag: 'ok', value } } };
}

let bindings: Promise<Bindings> | undefined;

/** The engine is 5 MB of WebAssembly, loaded on first use: a start that has nothing to migrate does without. */
function loadBindings(): Promise<Bindings> {
  bindings ??= instantiate();
  return bindings;
}

async function instantiate(): Promise<Bindings> {
  const loaded = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const path = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const module = await WebAssembly.compile(await readFile(path.replace(/\.js$/, '.wasm')));
  const instance = new WebAssembly.Instance(module, { './schema_engine_bg.js': { ...loaded } });
  loaded.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return loaded;
}
