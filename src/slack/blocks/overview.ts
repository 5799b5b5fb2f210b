import type { ImageElement, KnownBlock, SectionBlock } from '@slack/types';
import type { Actor, Member } from '../../domain/actor.ts';
import { displayHost } from '../../domain/domains/website.ts';
import { formatMoney } from '../../domain/money.ts';
import type { Overview } from '../../domain/organizations/read-overview.ts';
import { type Action, mayNow } from '../../domain/permissions.ts';
import { billingBanner } from './billing-banner.ts';
import { button, mrkdwn, plain } from './composition.ts';
import { closingBanner } from './deletion.ts';
import { overUseText, waitText } from './seats-words.ts';
import { escapeText, truncate } from './text.ts';
import { moment, timeLeft } from './time.ts';
import { count, formatNumber, roleNames } from './words.ts';

export interface OverviewSurroundings {
  /** Who looks at it: what is offered goes by their role. */
  actor: Actor;
  now: Date;
  /** The public address of a path of ours. */
  publicUrl(path: string): string;
}

/** The overview in one sentence, for notifications and for who hears it instead of seeing it. */
export function overviewText({ name, prefix, seats, members, invitations, domains }: Overview): string {
  return escapeText(
    `${name}: ${count(seats.purchased, 'seat')} purchased, ${formatNumber(seats.used)} used, ${formatMoney(seats.monthlyCost, seats.currency)} a month; ` +
      `${count(members.total, 'member')}, ${count(invitations.total, 'pending invite')}, ` +
      `${count(domains.total, 'authorized domain')}; ticket prefix ${prefix}.`,
  );
}

/** What the command and the App Home show alike. */
export function overviewBlocks(overview: Overview, { actor, ...around }: OverviewSurroundings): KnownBlock[] {
  const viewer = asOfNow(actor, overview);
  const { name, deletion } = overview;
  return [
    { type: 'header', text: plain(truncate(name, 150)) },
    ...closingBanner(deletion, { name, mayKeep: offered(viewer, 'organization.delete') }),
    ...billingBanner(overview),
    ...description(overview, { actor: viewer, ...around }),
    ...seats(overview, viewer),
    { type: 'divider' },
    ...members(overview, viewer),
    ...invitations(overview, { actor: viewer, ...around }),
    ...domains(overview, viewer),
    { type: 'divider' },
    furtherButtons(viewer),
  ];
}

/** The actor may be a little old: the overview knows whether anything can be changed at its moment. */
function asOfNow(actor: Actor, { standing: { readOnly } }: Overview): Actor {
  return actor.kind === 'member' ? ({ ...actor, readOnly } satisfies Member) : actor;
}

function description(overview: Overview, { actor, publicUrl }: OverviewSurroundings): KnownBlock[] {
  const { name, description, logo } = overview;
  const image = logo && logoImage(name, logo, publicUrl);
  const missing = offered(actor, 'settings.manage')
    ? 'No description yet. Settings has a place for one.'
    : name;
  const section: KnownBlock = {
    type: 'section',
    text: plain(description ?? missing),
    ...(image && { accessory: image }),
  };
  const link: KnownBlock[] =
    logo && !image
      ? [
          {
            type: 'context',
            elements: [mrkdwn(`<${publicUrl(`/logos/${logo.path}`)}|Logo> (Slack does not show WebP)`)],
          },
        ]
      : [];
  return [...(description !== null || image ? [section] : []), ...link];
}

/** Null for a WebP: Slack shows PNG, JPEG and GIF, and refuses the whole message or view over anything else. */
function logoImage(
  name: string,
  { path, contentType }: NonNullable<Overview['logo']>,
  publicUrl: OverviewSurroundings['publicUrl'],
): ImageElement | null {
  if (contentType === 'image/webp') return null;
  return {
    type: 'image',
    image_url: publicUrl(`/logos/${path}`),
    alt_text: truncate(`Logo of ${name}`, 200),
  };
}

function seats({ seats, members, invitations, prefix, standing }: Overview, actor: Actor): KnownBlock[] {
  const manage = offered(actor, 'billing.manage');
  // Where the organization is read-only, the banner above says what can be bought or paid.
  const none = seats.purchased === 0 && standing.readOnly === null;
  const used = `${formatNumber(seats.used)}${invitations.more ? '+' : ''}`;
  const wanted = seats.wanted && wantedText(seats.wanted);
  const figures: SectionBlock = {
    type: 'section',
    fields: [
      mrkdwn(`*Seats purchased*\n${formatNumber(seats.purchased)}`),
      mrkdwn(`*Seats used*\n${used}`),
      mrkdwn(`*Monthly cost*\n${formatMoney(seats.monthlyCost, seats.currency)}`),
      mrkdwn(`*Ticket prefix*\n${prefix}`),
    ],
    ...(manage && {
      accessory: button('seats.open', none ? 'Buy seats' : standing.readOnly ? 'See seats' : 'Change seats', {
        ...(none && { style: 'primary' }),
      }),
    }),
  };
  const held = `Seats used: ${count(members.total, 'member')} and ${countOf(invitations)}.`;
  const notes = [held, overUseText(seats), wanted, none ? noSeats(manage) : null].filter(
    (note) => note !== null,
  );
  return [figures, { type: 'context', elements: notes.map(mrkdwn) }];
}

function wantedText({ seats, awaitingPayment, waits }: NonNullable<Overview['seats']['wanted']>): string {
  const what = `A change to ${count(seats, 'seat')}`;
  if (awaitingPayment) return `${what} waits for payment.`;
  return waits ? `${what} ${waitText(waits)}.` : `${what} is on its way to Stripe.`;
}

function noSeats(manage: boolean): string {
  return manage
    ? 'Buy seats to invite people. Yours is one of them.'
    : 'No seats are purchased. The Owner can buy them with `/org seats`.';
}

function members({ members }: Overview, actor: Actor): KnownBlock[] {
  const roles = (['owner', 'admin', 'agent'] as const)
    .filter((each) => members.byRole[each] > 0)
    .map((each) => (each === 'owner' ? 'the Owner' : count(members.byRole[each], roleNames[each])));
  const lines = members.first.map(({ userId, role }) => `• <@${userId}> · ${roleNames[role]}`);
  return [
    {
      type: 'section',
      text: mrkdwn(
        listText(`*Members* · ${formatNumber(members.total)} (${roles.join(', ')})`, lines, members.total),
      ),
      accessory: button(
        'members.open',
        offered(actor, 'members.manage') ? 'Manage members' : 'See all members',
      ),
    },
  ];
}

function invitations({ invitations }: Overview, { actor, now }: OverviewSurroundings): KnownBlock[] {
  const lines = invitations.first.map(({ email, role, expiresAt, mailFailed }) => {
    const failed = mailFailed ? ' · *the e-mail could not be delivered*' : '';
    const left = `${timeLeft(expiresAt, now)}, until ${moment(expiresAt)}`;
    return `• ${escapeText(truncate(email, 80))} · ${roleNames[role]} · ${left}${failed}`;
  });
  const heading = `*Pending invites* · ${formatNumber(invitations.total)}${invitations.more ? '+' : ''}`;
  return [
    {
      type: 'section',
      text: mrkdwn(listText(heading, lines, invitations.total)),
      ...(offered(actor, 'members.manage') && { accessory: button('invitations.open', 'Invite people') }),
    },
  ];
}

function domains({ domains }: Overview, actor: Actor): KnownBlock[] {
  const lines = domains.first.map(
    ({ host, includeSubdomains }) =>
      `• ${escapeText(truncate(displayHost(host), 120))}${includeSubdomains ? ' and its subdomains' : ''}`,
  );
  const heading = `*Authorized domains* · ${formatNumber(domains.total)}`;
  const text =
    domains.total === 0
      ? `${heading}\nNo website may submit tickets or take payments yet.`
      : listText(heading, lines, domains.total);
  return [
    {
      type: 'section',
      text: mrkdwn(text),
      ...(offered(actor, 'settings.manage') && { accessory: button('domains.open', 'Manage domains') }),
    },
  ];
}

/** A section's text has at most 3,000 characters; the rest of it is for the heading and for "and 9 more". */
const LINES_LENGTH = 2_800;

/** A heading over as many of its lines as fit, and how many more there are. */
function listText(heading: string, lines: string[], total: number): string {
  const shown: string[] = [];
  let length = 0;
  for (const line of lines) {
    length += line.length + 1;
    if (length > LINES_LENGTH) break;
    shown.push(line);
  }
  const more = total > shown.length ? [`and ${count(total - shown.length, 'more', 'more')}`] : [];
  return [heading, ...shown, ...more].join('\n');
}

function countOf({ total, more }: Overview['invitations']): string {
  return more ? `more than ${formatNumber(total)} pending invites` : count(total, 'pending invite');
}

function furtherButtons(actor: Actor): KnownBlock {
  const settings = offered(actor, 'settings.manage')
    ? [
        button('settings.open', 'Settings'),
        button('prefix.open', 'Ticket prefix'),
        button('channel.open', 'Support channel'),
        button('categories.open', 'Ticket categories'),
      ]
    : [];
  const plugin = offered(actor, 'keys.withdraw') ? [button('plugin.open', 'Plugin')] : [];
  const products = offered(actor, 'settings.manage') ? [button('products.open', 'Products')] : [];
  const billing = offered(actor, 'billing.manage') ? [button('billing.open', 'Billing')] : [];
  const payments = offered(actor, 'payments.view') ? [button('payments.open', 'Payments')] : [];
  const audit = offered(actor, 'audit.view') ? [button('audit.open', 'Audit trail')] : [];
  const leaving = offered(actor, 'organization.transfer')
    ? button('transfer.open', 'Transfer ownership')
    : button('leave.open', 'Leave', { label: 'Leave the organization' });
  return {
    type: 'actions',
    elements: [...settings, ...plugin, ...products, ...payments, ...audit, ...billing, leaving],
  };
}

function offered(actor: Actor, action: Action): boolean {
  return actor.kind === 'member' && mayNow(actor, action);
}
