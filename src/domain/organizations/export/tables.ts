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

const asText = (column: string) => ({ as: column, from: `${column}::text` });

/** Every table with an organization's rows, but for the hashes of links, other secrets, and what only carries work along. */
export const exportedTables: readonly ExportedTable[] = [
  {
    name: 'members',
    about: 'Everybody who has or had a seat.',
    table: 'members',
    key: { column: 'id', type: 'uuid' },
    columns: ['id', 'user_id', 'name', 'email', asText('role'), asText('status'), 'joined_at', 'removed_at'],
  },
  {
    name: 'invitations',
    about: 'Every invite that was ever sent, without its link.',
    table: 'invitations',
    key: { column: 'id', type: 'uuid' },
    columns: [
      'id',
      'email',
      asText('role'),
      asText('status'),
      'invited_by_id',
      'invitee_user_id',
      'sends',
      asText('mail_status'),
      'mail_error',
      'created_at',
      'expires_at',
      'settled_at',
    ],
  },
  {
    name: 'authorized_domains',
    about: 'The websites that may use the plugin.',
    table: 'authorized_domains',
    key: { column: 'id', type: 'uuid' },
    columns: ['id', 'host', 'include_subdomains', 'created_at'],
  },
  {
    name: 'ticket_sequences',
    about: 'The last ticket number given under each prefix.',
    table: 'ticket_sequences',
    key: { column: 'prefix', type: 'text' },
    columns: ['prefix', 'last_number'],
  },
  {
    name: 'ticket_categories',
    about: 'What tickets were sorted by.',
    table: 'ticket_categories',
    key: { column: 'id', type: 'uuid' },
    columns: ['id', 'name', 'created_at', 'archived_at'],
  },
  {
    name: 'customers',
    about: 'Everybody for whom a ticket was opened.',
    table: 'customers',
    key: { column: 'id', type: 'uuid' },
    columns: ['id', 'email', 'name', 'created_at'],
  },
  {
    name: 'tickets',
    about: 'Every ticket. Its number is prefix and number together, like TKT-041.',
    table: 'tickets',
    key: { column: 'id', type: 'uuid' },
    columns: [
      'id',
      'prefix',
      'number',
      'title',
      asText('status'),
      asText('priority'),
      asText('source'),
      'category_id',
      'requester_id',
      'opened_by_id',
      'assignee_id',
      'permalink',
      'preceding_id',
      'channel_id',
      'message_ts',
      'created_at',
      'active_at',
      'responded_at',
      'resolved_at',
    ],
  },
  {
    name: 'ticket_messages',
    about: 'What customers and members said to each other in tickets.',
    table: 'ticket_messages',
    of: 'ticket',
    key: { column: 'id', type: 'uuid' },
    columns: [
      'id',
      'ticket_id',
      'customer_id',
      'member_id',
      'text',
      asText('mail_status'),
      'mail_error',
      'created_at',
      'edited_at',
      'deleted_at',
    ],
  },
  {
    name: 'ticket_notes',
    about: 'What members noted among themselves; no customer has seen it.',
    table: 'ticket_notes',
    of: 'ticket',
    key: { column: 'id', type: 'uuid' },
    columns: ['id', 'ticket_id', 'member_id', 'text', 'created_at', 'edited_at', 'deleted_at'],
  },
  {
    name: 'ticket_attachments',
    about: 'The files of messages; each is in the folder attachments, under its id and name.',
    table: 'ticket_attachments',
    of: 'ticket',
    key: { column: 'id', type: 'uuid' },
    columns: ['id', 'ticket_id', 'message_id', 'name', 'content_type', 'size', 'created_at'],
  },
  {
    name: 'seat_changes',
    about:
      'Every change of the number of seats that was asked for. Amounts are in the smallest unit of the currency.',
    table: 'seat_changes',
    key: { column: 'id', type: 'uuid' },
    columns: [
      'id',
      'from_quantity',
      'to_quantity',
      asText('status'),
      'requested_by',
      'amount_due',
      'invoice_id',
      'reason',
      'created_at',
      'sent_at',
      'settled_at',
    ],
  },
  {
    name: 'overdue_invoices',
    about:
      'Invoices that Stripe has tried to collect in vain. Amounts are in the smallest unit of the currency.',
    table: 'overdue_invoices',
    key: { column: 'invoice_id', type: 'text' },
    columns: ['invoice_id', 'attempt', 'amount_due', 'url', 'next_attempt_at'],
  },
  {
    name: 'checkout_pages',
    about: 'The pages at Stripe on which seats were bought, or could have been.',
    table: 'checkout_pages',
    key: { column: 'session_id', type: 'text' },
    columns: ['session_id', 'quantity', asText('status'), 'subscription_id', 'opened_at', 'settled_at'],
  },
  {
    name: 'api_keys',
    about: 'The keys of the plugin, by name and last four letters; no key itself.',
    table: 'api_keys',
    key: { column: 'id', type: 'uuid' },
    columns: [
      'id',
      asText('kind'),
      'name',
      'hint',
      { as: 'scopes', from: "array_to_string(scopes, ' ')" },
      'created_by',
      'created_at',
      'ends_at',
    ],
  },
  {
    name: 'products',
    about: 'What websites could sell. Amounts are in the smallest unit of the currency.',
    table: 'products',
    key: { column: 'id', type: 'uuid' },
    columns: ['id', 'name', 'unit_amount', 'currency', 'active', 'created_at', 'updated_at'],
  },
  {
    name: 'payment_account',
    about: 'The Stripe account that payments go to, as it stood when Stripe was asked last.',
    table: 'payment_accounts',
    key: { column: 'account_id', type: 'text' },
    columns: [
      'account_id',
      'details_submitted',
      'charges_enabled',
      'payouts_enabled',
      'disabled_reason',
      'read_at',
      'created_at',
    ],
  },
  {
    name: 'payments',
    about:
      'Every payment that a website began, paid or not. Amounts are in the smallest unit of the currency.',
    table: 'payments',
    key: { column: 'id', type: 'uuid' },
    columns: [
      'id',
      'product_id',
      'product_name',
      'unit_amount',
      'quantity',
      'currency',
      'amount',
      'fee',
      'refunded_amount',
      'refunded_fee',
      'email',
      'reference',
      'origin',
      asText('status'),
      'reason',
      'account_id',
      'payment_intent_id',
      'created_at',
      'paid_at',
      'channel_id',
      'message_ts',
    ],
  },
  {
    name: 'refunds',
    about: 'What was given back of payments, or was to be. Amounts are in the payment’s currency.',
    table: 'refunds',
    of: 'payment',
    key: { column: 'id', type: 'uuid' },
    columns: [
      'id',
      'payment_id',
      'amount',
      asText('status'),
      'requested_by',
      'stripe_refund_id',
      'reason',
      'created_at',
      'sent_at',
      'settled_at',
    ],
  },
  {
    name: 'audit_trail',
    about: 'Who did what, and when.',
    table: 'audit_entries',
    key: { column: 'id', type: 'uuid' },
    columns: ['id', 'at', 'action', 'actor_user_id', 'actor_name', 'subject', 'before', 'after'],
  },
];

/** The organization's own row. */
export const organizationColumns = [
  'id',
  'team_id',
  'name',
  'description',
  'prefix',
  'join_link',
  'seats_purchased',
  'seat_price',
  'currency',
  'stripe_customer_id',
  'subscription_id',
  asText('subscription_status'),
  'period_ends_at',
  'ends_at',
  'support_channel_id',
  'created_at',
] as const;

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
