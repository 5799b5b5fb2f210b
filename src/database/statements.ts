import type { Pool } from 'pg';
import type { Prisma, PrismaClient } from './generated/client.ts';

/** As many texts get a name; the rest is parsed and planned each time, which is right for what is seldom the same. */
const NAMES_KEPT = 500;

/**
 * Names statements by their text, so that a connection parses and plans each once. A name once given keeps its text; the
 * empty name, after the first 500, is no name.
 */
export function statementNames(): (statement: { sql: string }) => string {
  const names = new Map<string, string>();
  return ({ sql }) => {
    const known = names.get(sql);
    if (known !== undefined) return known;
    if (names.size >= NAMES_KEPT) return '';
    const name = `orgdesk_${names.size + 1}`;
    names.set(sql, name);
    return name;
  };
}

interface Connections {
  pool: Pool;
  nameOf: (statement: { sql: string }) => string;
  connect(): Promise<void>;
  /** Prisma's own connecting, after which `$disconnect` ends the pool. */
  ready: Promise<void> | undefined;
}

const connections = new WeakMap<object, Connections>();

/** A client, or a transaction of one. */
export type Queryable = Pick<PrismaClient, '$queryRawUnsafe'>;

/** Notes over which pool a client works. */
export function registerPool(database: PrismaClient, pool: Pool, nameOf: Connections['nameOf']): void {
  connections.set(database, { pool, nameOf, connect: () => database.$connect(), ready: undefined });
}

/**
 * One statement, by the driver itself: for the few paths where Prisma's way from a row to an object costs more than the statement.
 * In a transaction it is Prisma that asks. Values come as the driver reads them: bigint and numeric as text, bytea as Buffer,
 * timestamptz as Date, json parsed.
 * @throws DatabaseError of the driver.
 */
export async function queryRows<Row extends object>(
  database: Queryable,
  { text, values }: Pick<Prisma.Sql, 'text' | 'values'>,
): Promise<Row[]> {
  const known = connections.get(database);
  if (known === undefined) return database.$queryRawUnsafe<Row[]>(text, ...values);
  known.ready ??= known.connect().catch((error: unknown) => {
    known.ready = undefined;
    throw error;
  });
  await known.ready;
  const { rows } = await known.pool.query<Row>({ name: known.nameOf({ sql: text }), text, values });
  return rows;
}
