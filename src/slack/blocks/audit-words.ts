import type { AuditAction } from '../../domain/audit/actions.ts';
import type { AuditLine } from '../../domain/audit/list-audit.ts';
import type { FindingKind } from '../../domain/billing/findings.ts';
import { displayHost } from '../../domain/domains/website.ts';
import { formatMoney } from '../../domain/money.ts';
import { roles } from '../../domain/roles.ts';
import { escapeText, truncate } from './text.ts';
import { day, moment } from './time.ts';
import { count, roleNames } from './words.ts';

/** What a line of the trail tells, as the end of a sentence that begins with who did it; in mrkdwn. */
export function auditWords(line: AuditLine): string {
  const words = sentences[line.action];
  // A newer version's action, read during an upgrade.
  return words === undefined ? `did “${escapeText(line.action)}”` : words(line);
}

type Words = (line: AuditLine) => string;

const sentences: Record<AuditAction, Words> = {
  'organization.created': ({ after }) => `created the organization ${quote(read(after, 'name'))}`,
  'organization.renamed': (line) => `renamed the organization ${fromTo(line, 'name')}`,
  'organization.described': (line) => textChanged('description', line, 'description'),
  'organization.logo_set': () => 'set a new logo',
  'organization.logo_removed': () => 'removed the logo',
  'organization.prefix_changed': (line) => `changed the ticket prefix ${fromTo(line, 'prefix')}`,
  'organization.join_link_changed': (line) => textChanged('join link', line, 'joinLink'),
  'organization.transferred': (line) => `transferred the ownership ${fromTo(line, 'owner')}`,
  'organization.deletion_requested': () => 'asked for the deletion of the organization',
  'organization.deletion_scheduled': ({ after }) => {
    const at = new Date(String(read(after, 'at')));
    return `set the deletion of the organization${Number.isNaN(at.getTime()) ? '' : ` for ${moment(at)}`}: the data was handed over`;
  },
  'organization.deletion_undone': () => 'kept the organization: the deletion was undone',
  'organization.deletion_failed': ({ after }) => {
    const reason = read(after, 'reason');
    return `gave the deletion of the organization up${reason === null ? '' : `: ${shorten(reason).replace(/\.$/, '')}`}`;
  },
  'domain.added': (line) => `authorized the domain ${host(line)}`,
  'domain.removed': (line) => `took the domain ${host(line)} off the list`,
  'domain.subdomains_switched': (line) =>
    `switched the subdomains of ${host(line)} ${read(line.after, 'includeSubdomains') === true ? 'on' : 'off'}`,
  'invitation.sent': (line) => `invited ${subject(line)}${as(line.after)}${until(line)}`,
  'invitation.resent': (line) => `sent the invite to ${subject(line)} again${until(line)}`,
  'invitation.revoked': (line) => `withdrew the invite to ${subject(line)}`,
  'invitation.accepted': (line) => `accepted the invite to ${subject(line)}${as(line.after)}`,
  'invitation.declined': (line) => `declined the invite to ${subject(line)}`,
  'invitation.expired': (line) => `ended the invite to ${subject(line)}: its time ran out`,
  'member.role_changed': (line) =>
    `changed the role of ${subject(line)} from ${role(line.before)} to ${role(line.after)}`,
  'member.removed': (line) => `removed ${subject(line)}${was(line)}`,
  'member.left': (line) => `left the organization${was(line)}`,
  'member.deactivated': (line) =>
    line.before === null
      ? `deactivated ${subject(line)}, who stays the Owner until a transfer`
      : `deactivated ${subject(line)}${was(line)}, and the seat is free`,
  'seats.requested': (line) => `asked for a change ${seats(line)}`,
  'seats.changed': (line) => `changed the seats ${seats(line)}`,
  'seats.refused': (line) => {
    const reason = read(line.after, 'reason');
    return `did not change the seats ${seats(line)}${reason === null ? '' : `: ${shorten(reason).replace(/\.$/, '')}`}`;
  },
  'subscription.changed': ({ before, after }) => {
    const [from, to] = [status(before), status(after)];
    return from === null ? `set the subscription to ${to}` : `changed the subscription from ${from} to ${to}`;
  },
  'ticket.assigned': (line) =>
    read(line.after, 'assignee') === null
      ? `took ${subject(line)} from ${quote(read(line.before, 'assignee'))}`
      : `assigned ${subject(line)} to ${quote(read(line.after, 'assignee'))}`,
  'category.added': (line) => `added the ticket category ${subject(line)}`,
  'category.renamed': (line) => `renamed the ticket category ${fromTo(line, 'name')}`,
  'category.archived': (line) => `archived the ticket category ${subject(line)}`,
  'organization.channel_changed': ({ after }) =>
    `chose the support channel ${channel(read(after, 'channel'))}`,
  'ticket.status_changed': (line) =>
    `changed the status of ${subject(line)} ${fromTo(line, 'status')}${read(line.before, 'merged') === true ? ', which undid its merge' : ''}`,
  'ticket.merged': (line) => `merged ${subject(line)} into ${quote(read(line.after, 'into'))}`,
  'ticket.deleted': (line) => `deleted ${subject(line)} with everything in it`,
  'subscription.ending': ({ after }) => `ended the subscription on ${dayOf(read(after, 'at'))}`,
  'subscription.kept': () => 'took the end of the subscription back',
  'payment.overdue': ({ after }) =>
    `could not collect ${money(after, 'amount')} (attempt ${Number(read(after, 'attempt'))})`,
  'payment.settled': () => 'saw what was overdue settled',
  'payments.account_connected': () => 'connected a Stripe account for payments',
  'payments.account_changed': ({ after }) =>
    `set the Stripe account for payments to ${quote(read(after, 'state'))}`,
  'payment.refund_requested': (line) =>
    `asked for ${money(line.after, 'amount')} to be given back to ${subject(line)}`,
  'payment.refunded': (line) => `gave ${money(line.after, 'amount')} back to ${subject(line)}`,
  'payment.refund_failed': (line) => {
    const reason = read(line.after, 'reason');
    return `could not give ${money(line.after, 'amount')} back to ${subject(line)}${reason === null ? '' : `: ${shorten(String(reason).replaceAll('_', ' ')).replace(/\.$/, '')}`}`;
  },
  'seats.price_changed': ({ before, after }) =>
    `changed the price of a seat from ${money(before, 'price')} to ${money(after, 'price')}`,
  'billing.found': (line) => `reported ${finding(line)}`,
  'billing.resolved': (line) => `saw settled: ${finding(line)}`,
  'publishable_key.made': () => 'made the publishable key of the plugin',
  'publishable_key.rotated': ({ before }) => {
    const at = new Date(String(read(before, 'endsAt')));
    return `rotated the publishable key of the plugin${Number.isNaN(at.getTime()) ? '' : `; the old one is good until ${moment(at)}`}`;
  },
  'secret_key.created': (line) => `made the secret key ${subject(line)} for ${scopes(line.after)}`,
  'secret_key.revoked': (line) => `revoked the secret key ${subject(line)}`,
  'product.added': (line) => `added the product ${subject(line)} at ${money(line.after, 'price')}`,
  'product.changed': (line) => `changed the product ${subject(line)}${productChange(line)}`,
  'product.activated': (line) => `put the product ${subject(line)} on sale again`,
  'product.deactivated': (line) => `took the product ${subject(line)} off sale`,
};

type Value = string | number | boolean | null;

/** One field of what was or is; null where it is absent or no plain value. */
function read(json: AuditLine['before'], field: string): Value {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return null;
  const value = json[field];
  return typeof value === 'object' || value === undefined ? null : value;
}

/** At most 120 characters of somebody's words, on one line; escaped they may be five times as long. */
function shorten(value: Value): string {
  return escapeText(truncate(String(value).replace(/\s+/g, ' ').trim(), 120));
}

function quote(value: Value): string {
  return value === null ? 'nothing' : `“${shorten(value)}”`;
}

function fromTo({ before, after }: AuditLine, field: string): string {
  return `from ${quote(read(before, field))} to ${quote(read(after, field))}`;
}

/** For a text that may be absent before or after. */
function textChanged(name: string, line: AuditLine, field: string): string {
  const [before, after] = [read(line.before, field), read(line.after, field)];
  if (before === null) return `set the ${name} to ${quote(after)}`;
  if (after === null) return `removed the ${name} ${quote(before)}`;
  return `changed the ${name} ${fromTo(line, field)}`;
}

function channel(id: Value): string {
  return /^[CG][A-Z0-9]+$/.test(String(id)) ? `<#${id}>` : quote(id);
}

function subject({ subject }: AuditLine): string {
  return `*${shorten(subject)}*`;
}

function host({ subject }: AuditLine): string {
  return `*${shorten(displayHost(subject ?? ''))}*`;
}

/** " as Admin", where a role is told. */
function as(json: AuditLine['after']): string {
  return read(json, 'role') === null ? '' : ` as ${role(json)}`;
}

/** " (Admin)", the role that somebody had. */
function was({ before }: AuditLine): string {
  return read(before, 'role') === null ? '' : ` (${role(before)})`;
}

function role(json: AuditLine['before']): string {
  const value = read(json, 'role');
  const known = roles.find((each) => each === value);
  return known === undefined ? quote(value) : roleNames[known];
}

function money(json: AuditLine['before'], field: string): string {
  const [amount, currency] = [Number(read(json, field)), String(read(json, 'currency'))];
  return /^[a-z]{3}$/.test(currency) && Number.isFinite(amount) ? formatMoney(amount, currency) : 'an amount';
}

/** What a secret key may do; a list, unlike everything else that is told. */
function scopes(json: AuditLine['after']): string {
  const list = typeof json === 'object' && json !== null && !Array.isArray(json) ? json.scopes : null;
  return Array.isArray(list)
    ? list
        .map((scope) => shorten(String(scope)))
        .slice(0, 5)
        .join(' and ')
    : 'the API';
}

/** ": from “A” to “B”, from £1.00 to £2.00", of what changed. */
function productChange(line: AuditLine): string {
  const { before, after } = line;
  const changes = [
    ...(read(before, 'name') === read(after, 'name') ? [] : [fromTo(line, 'name')]),
    ...(money(before, 'price') === money(after, 'price')
      ? []
      : [`from ${money(before, 'price')} to ${money(after, 'price')}`]),
  ];
  return changes.length === 0 ? '' : `: ${changes.join(', ')}`;
}

function dayOf(value: Value): string {
  const at = new Date(String(value));
  return Number.isNaN(at.getTime()) ? 'a day to come' : day(at);
}

function until({ after }: AuditLine): string {
  const at = new Date(String(read(after, 'expiresAt')));
  return Number.isNaN(at.getTime()) ? '' : `, valid until ${moment(at)}`;
}

function seats({ before, after }: AuditLine): string {
  return `from ${Number(read(before, 'seats'))} to ${count(Number(read(after, 'seats')), 'seat')}`;
}

/** What kind of thing was found, and its id at Stripe; a newer version's kind by its own name. */
function finding(line: AuditLine): string {
  const kind = String(read(line.after, 'kind'));
  return `${findings[kind] ?? shorten(kind.replaceAll('_', ' '))} (${subject(line)})`;
}

const findings: Record<string, string> = {
  two_subscriptions: 'a second subscription',
  unknown_status: 'a subscription in an unknown state',
  seats_unclear: 'a subscription whose seats cannot be told',
  price_differs: 'a seat at another price than usual',
  subscription_missing: 'that the subscription is not there',
  orphan_subscription: 'a subscription without an organization',
  dispute: 'a disputed payment',
  refund: 'a refund',
  refund_failed: 'a refund that did not arrive',
  paid_twice: 'that seats were paid twice',
} satisfies Record<FindingKind, string>;

function status(json: AuditLine['before']): string | null {
  const value = read(json, 'status');
  return value === null ? null : `“${shorten(String(value).replaceAll('_', ' '))}”`;
}
