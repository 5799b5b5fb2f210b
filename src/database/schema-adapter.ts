import { PrismaPg } from '@prisma/adapter-pg';
import {
  ColumnTypeEnum,
  DriverAdapterError,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import { DatabaseError, Pool, type QueryResult } from 'pg';

// PostgreSQL's type numbers, from pg_type: "char" (one byte, used in the catalogs) and text.
const CATALOG_CHAR = 18;
const TEXT = 25;

export interface SchemaAdapterFactory extends SqlMigrationAwareDriverAdapterFactory {
  /** What PostgreSQL said of the script it refused, and rolled back, last; unset when it refused none. */
  refusal?: string;
  /** Ends every connection that was opened. */
  close(): Promise<void>;
}

type Query = (...input: unknown[]) => Promise<QueryResult>;

/**
 * Prisma's driver adapter, made fit for the schema engine. `shadow` is the connection string of an empty database in
 * which the engine may build what the migrations make.
 */
export function schemaAdapterFactory(connectionString: string, shadow?: string): SchemaAdapterFactory {
  const pools: Pool[] = [];
  const adapterFactory: SchemaAdapterFactory = {
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    connect: () => connect(connectionString),
    connectToShadowDb: () => {
      if (shadow === undefined) throw new Error('No shadow database was given to compare migrations in.');
      return connect(shadow);
    },
    close: async () => void (await Promise.all(pools.map((pool) => pool.end()))),
  };
  const connect = async (target: string): Promise<SqlDriverAdapter> => {
    // One connection, because the engine holds a lock of the session while it works.
    const pool = new Pool({ connectionString: target, max: 1 });
    // A shadow database may go away while its connection is still being closed.
    pool.on('error', () => {});
    pool.on('connect', (client) => client.on('error', () => {}));
    pools.push(pool);
    const query = pool.query.bind(pool) as Query;
    const adapter = await new PrismaPg(pool).connect();
    passCatalogChars(adapter, pool, query);
    // The adapter cuts a script at every semicolon, also inside a function's body. Sent whole, PostgreSQL parses it,
    // and runs it as one transaction: a migration that fails leaves nothing behind.
    adapter.executeScript = async (script) => {
      try {
        await query(script);
      } catch (error) {
        if (!(error instanceof DatabaseError)) throw error;
        adapterFactory.refusal = describe(error, script);
        throw asAdapterError(error);
      }
    };
    return adapter;
  };
  return adapterFactory;
}

/**
 * The adapter refuses the catalogs' "char", which the engine reads when it looks at a database. So such a column passes
 * as text, and gets its own type back afterwards; the rows tell which result it was.
 */
function passCatalogChars(adapter: SqlDriverAdapter, pool: Pool, query: Query): void {
  const charColumns = new WeakMap<object, number[]>();
  const queryAsText: Query = async (...input) => {
    const result = await query(...input);
    const fields = result.fields ?? [];
    const columns = [...fields.keys()].filter((index) => fields[index]?.dataTypeID === CATALOG_CHAR);
    for (const index of columns) Object.assign(fields[index] ?? {}, { dataTypeID: TEXT });
    if (columns.length > 0) charColumns.set(result.rows, columns);
    return result;
  };
  pool.query = queryAsText as typeof pool.query;
  const queryRaw = adapter.queryRaw.bind(adapter);
  adapter.queryRaw = async (input) => {
    const result = await queryRaw(input);
    for (const index of charColumns.get(result.rows) ?? []) {
      result.columnTypes[index] = ColumnTypeEnum.Character;
    }
    return result;
  };
}

function describe({ message, position }: DatabaseError, script: string): string {
  if (position === undefined) return message;
  return `${message} (line ${script.slice(0, Number(position)).split('\n').length})`;
}

function asAdapterError(error: DatabaseError): DriverAdapterError {
  const { code = '', severity = 'ERROR', message, detail, column, hint } = error;
  return new DriverAdapterError({ kind: 'postgres', code, severity, message, detail, column, hint });
}
