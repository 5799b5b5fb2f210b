import { Prisma } from '../../../database/client.ts';

/** One table of the export, as whoever opens it sees it. */
export interface ExportedTable {
  /** Of the file and of the list in organization.json. */
  name: string;
  /** A sentence for the README of the export. */
  about: string;
  table: string;
  /** What it belongs to, and by that to the organization; its key is then its id. */
  of?: 'ticket' | 'payment';
  /** Told a page at a time in the order of this column, which is unique within an organization. */
  key: { column: string; type: 'uuid' | 'text' };
  /** By the name they are exported under; an expression where they are told otherwise than they are stored. */
  columns: readonly (string | { as: string; from: string })[];
}

/** An enumeration is told as its word. */
export const asText = (column: string) => ({ as: column, from: `${column}::text` });

export function nameOf(column: ExportedTable['columns'][number]): string {
  return typeof column === 'string' ? column : column.as;
}

/** Names of ours alone come into the statement as they are. */
export function columnList(columns: ExportedTable['columns']): Prisma.Sql {
  return Prisma.raw(
    columns
      .map((column) => (typeof column === 'string' ? `"${column}"` : `${column.from} AS "${column.as}"`))
      .join(', '),
  );
}
