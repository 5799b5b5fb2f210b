import { createWriteStream } from 'node:fs';
import { type PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import { ZipFile } from 'yazl';
import type { Context } from '../../context.ts';
import { refuse } from '../../errors.ts';
import { attachmentName, readAttachment } from './attachments.ts';
import { type ExportedTable, nameOf } from './exported-table.ts';
import { readMe } from './read-me.ts';
import { type ExportedOrganization, type ExportedRow, readOrganization, readRows } from './read-rows.ts';
import { exportedTables } from './tables.ts';

/**
 * Writes all that is kept of an organization into a ZIP at `path`: organization.json with everything, a CSV for each table,
 * the logo, the files of tickets, and a README. Nothing of it is ever in memory as a whole. No spreadsheet takes a cell of the CSV for a formula.
 * @throws Refusal `no_organization`; whatever fails on the way, once, and then nothing of it is written any more.
 */
export async function writeExport(
  context: Pick<Context, 'database' | 'now'>,
  organizationId: string,
  path: string,
): Promise<void> {
  const organization = await readOrganization(context, organizationId);
  if (!organization) throw refuse('no_organization');
  const zip = new ZipFile();
  const options = { mtime: context.now() };
  const failed = new Promise<never>((_, reject) => zip.on('error', reject));
  const output = zip.outputStream as PassThrough;
  // Entries are read as soon as they are added: a failure of one is heard from the beginning, not only at the end.
  const written = Promise.race([pipeline(output, createWriteStream(path)), failed]);
  written.catch(() => {});
  const add = (name: string, open: () => Readable) =>
    zip.addReadStreamLazy(name, options, (give) => {
      // The archive does not listen for what befalls the streams that it reads.
      give(
        null,
        open().on('error', (error) => zip.emit('error', error)),
      );
    });

  zip.addBuffer(Buffer.from(readMe(organization, context.now()), 'utf8'), 'README.txt', options);
  const { logo } = organization;
  if (logo)
    zip.addBuffer(Buffer.from(logo.bytes), logoName(logo.contentType), { ...options, compress: false });
  add('organization.json', () => Readable.from(json(context, organizationId, organization)));
  for (const table of exportedTables) {
    add(`${table.name}.csv`, () => csv(readRows(context, organizationId, table), table));
  }
  try {
    await addAttachments(context, organizationId, zip);
    zip.end();
    await written;
  } catch (error) {
    output.destroy();
    throw error;
  }
}

async function addAttachments(
  context: Pick<Context, 'database' | 'now'>,
  organizationId: string,
  zip: ZipFile,
): Promise<void> {
  const options = { mtime: context.now(), compress: false };
  const attachments = exportedTables.find(({ name }) => name === 'ticket_attachments') as ExportedTable;
  for await (const { id, name } of readRows(context, organizationId, attachments)) {
    const read = () => readAttachment(context, String(id));
    zip.addReadStreamLazy(attachmentName(String(id), String(name)), options, (give) => {
      read().then(
        (bytes) => give(null, Readable.from([bytes])),
        (error: unknown) => give(error, Readable.from([])),
      );
    });
  }
}

function logoName(contentType: string): string {
  return `logo.${contentType.replace('image/', '').replace('jpeg', 'jpg')}`;
}

/** One object; each table is a list in it, a row on each line. */
async function* json(
  context: Pick<Context, 'database' | 'now'>,
  organizationId: string,
  { row }: ExportedOrganization,
): AsyncGenerator<string> {
  yield `{\n"exported_at": ${JSON.stringify(context.now())},\n"organization": ${JSON.stringify(row)}`;
  for (const table of exportedTables) {
    yield `,\n${JSON.stringify(table.name)}: [`;
    let before = '\n';
    for await (const entry of readRows(context, organizationId, table)) {
      yield before + JSON.stringify(entry);
      before = ',\n';
    }
    yield '\n]';
  }
  yield '\n}\n';
}

/** As spreadsheets read it: UTF-8 with a byte order mark, lines ended by CR LF, and formulas defused by an apostrophe. */
function csv(rows: AsyncGenerator<ExportedRow>, { columns }: ExportedTable): Readable {
  const source = Readable.from(rows);
  const table = stringify({
    bom: true,
    header: true,
    columns: columns.map(nameOf),
    record_delimiter: 'windows',
    // A reader may take a semicolon or a tab for the end of a cell, and a lone CR or LF for that of a line, though none is ours.
    quoted: true,
    escape_formulas: true,
    cast: {
      // Some spreadsheets skip a line break and see the formula behind it.
      string: (value) => (value.startsWith('\n') ? `'${value}` : value),
      date: (value) => value.toISOString(),
      boolean: (value) => String(value),
      object: (value) => JSON.stringify(value),
    },
  });
  source.on('error', (error) => table.destroy(error));
  return source.pipe(table);
}
