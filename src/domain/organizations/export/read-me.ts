import type { ExportedOrganization } from './read-rows.ts';
import { exportedTables } from './tables.ts';

/** What is what in the export, in plain words; lines end as every editor reads them. */
export function readMe({ row, logo }: ExportedOrganization, at: Date): string {
  const files = [
    [
      'organization.json',
      'Everything in one file, for a program: the organization, and each table below as a list.',
    ],
    ...exportedTables.map(({ name, about }) => [`${name}.csv`, about]),
    ...(logo ? [['logo.*', 'The logo.']] : []),
    ['attachments/', 'The files of tickets, as they came; ticket_attachments.csv says of which message.'],
  ];
  return [
    `Everything that Orgdesk keeps of the organization ${String(row.name)}`,
    `(Slack workspace ${String(row.team_id)}), as it was at ${at.toISOString()}.`,
    '',
    ...files.map(([name = '', about = '']) => `${name.padEnd(24)}${about}`),
    '',
    'The .csv files are UTF-8. A cell that a spreadsheet would take for a formula, because it begins with =, +, -, @, a tab or a',
    'line break, has an apostrophe in front; organization.json has it as it is. Times are UTC, as ISO 8601 writes them.',
    'The links of invites, keys and tokens are not part of it. Your invoices are at Stripe, and stay there.',
    '',
  ].join('\r\n');
}
