import { Prisma } from '../../../database/client.ts';
import type { Context } from '../../context.ts';
import { columnList, type ExportedTable } from './exported-table.ts';
import { organizationColumns } from './tables.ts';

/** Rows held in memory at a time. */
const PAGE = 1000;

export type ExportedValue = string | number | boolean | Date | null | object;
export type ExportedRow = Record<string, ExportedValue>;

/** Tickets, or payments, whose rows are asked for together. */
const OWNERS = 100;

/** An organization's rows of one table, a page at a time: however many they are, memory holds one page. */
export async function* readRows(
  context: Pick<Context, 'database'>,
  organizationId: string,
  table: ExportedTable,
): AsyncGenerator<ExportedRow> {
  const { of } = table;
  if (of === undefined) {
    yield* readPages(context, table, Prisma.sql`organization_id = ${organizationId}::uuid`);
    return;
  }
  let after: string | null = null;
  for (;;) {
    const owners: { id: string }[] = await context.database.$queryRaw`
      SELECT id FROM ${Prisma.raw(`${of}s`)}
      WHERE organization_id = ${organizationId}::uuid
        ${after === null ? Prisma.empty : Prisma.sql`AND id > ${after}::uuid`}
      ORDER BY id LIMIT ${OWNERS}`;
    const ids = owners.map(({ id }) => id);
    yield* readPages(context, table, Prisma.sql`${Prisma.raw(`${of}_id`)} = ANY (${ids}::uuid[])`);
    if (ids.length < OWNERS) return;
    after = ids.at(-1) ?? null;
  }
}

async function* readPages(
  { database }: Pick<Context, 'database'>,
  { table, key, columns }: ExportedTable,
  whose: Prisma.Sql,
): AsyncGenerator<ExportedRow> {
  const [keyColumn, type] = [Prisma.raw(`"${key.column}"`), Prisma.raw(key.type)];
  let after: string | null = null;
  for (;;) {
    const rows: ExportedRow[] = await database.$queryRaw`
      SELECT ${columnList(columns)} FROM ${Prisma.raw(table)}
      WHERE ${whose}
        ${after === null ? Prisma.empty : Prisma.sql`AND ${keyColumn} > ${after}::${type}`}
      ORDER BY ${keyColumn} LIMIT ${PAGE}`;
    yield* rows;
    if (rows.length < PAGE) return;
    after = String(rows.at(-1)?.[key.column]);
  }
}

export interface ExportedOrganization {
  row: ExportedRow;
  logo: { contentType: string; bytes: Uint8Array } | null;
}

/** Null where the organization is gone. */
export async function readOrganization(
  { database }: Pick<Context, 'database'>,
  organizationId: string,
): Promise<ExportedOrganization | null> {
  const [row] = await database.$queryRaw<ExportedRow[]>`
    SELECT ${columnList(organizationColumns)} FROM organizations WHERE id = ${organizationId}::uuid`;
  if (!row) return null;
  const logo = await database.logo.findUnique({
    where: { organizationId },
    select: { contentType: true, bytes: true },
  });
  return { row, logo };
}
