import type { Button, KnownBlock } from '@slack/types';
import { formatMoney } from '../../domain/money.ts';
import type { Overview } from '../../domain/organizations/read-overview.ts';
import type { OverdueShown, Standing } from '../../domain/organizations/standing.ts';
import { button, mrkdwn } from './composition.ts';
import { payment } from './notice-parts.ts';
import { day, moment } from './time.ts';

/**
 * What stands above the overview where something is to be known or done about the subscription; empty where nothing is. Money
 * is shown to the Owner alone: the others read who can see to it.
 */
export function billingBanner({ standing, members, seats, viewerRole }: Overview): KnownBlock[] {
  const { readOnly, overdue, endsAt } = standing;
  const owner = viewerRole === 'owner';
  // What is being deleted has a banner of its own.
  if (readOnly === 'closing') return [];
  const ownerUserId = members.first.find(({ role }) => role === 'owner')?.userId;
  const blocks: KnownBlock[] = [];
  if (readOnly === 'lapsed') {
    const who = owner ? '' : ` ${ownerUserId ? `<@${ownerUserId}>, the Owner,` : 'The Owner'} can see to it.`;
    const text = `*Read-only*: ${reasonOf(standing)} Everything is kept. Nobody can be invited, and settings and tickets cannot be changed; members can be removed and invites withdrawn.${who}`;
    blocks.push({ type: 'section', text: mrkdwn(text) });
    if (owner) blocks.push(...wayOut(standing, seats.currency));
  } else if (overdue.length > 0) {
    blocks.push({ type: 'section', text: mrkdwn(overdueText(overdue, seats.currency)) });
    blocks.push(...actions(payButtons(overdue, seats.currency)));
  }
  if (endsAt) {
    const how = owner ? 'You can keep it' : 'The Owner can keep it';
    const text = `The subscription ends on ${day(endsAt)}. ${how} with \`/org billing\`.`;
    blocks.push({ type: 'context', elements: [mrkdwn(text)] });
  }
  return blocks;
}

function reasonOf({ status }: Standing): string {
  if (status === null) return 'the subscription is in a state at Stripe that Orgdesk does not know.';
  if (status === 'unpaid') return 'the subscription is not paid.';
  if (status === 'paused') return 'the subscription is paused at Stripe.';
  return 'the subscription has ended.';
}

/** What the Owner can do about it. */
function wayOut({ status, overdue }: Standing, currency: string): KnownBlock[] {
  if (status === 'canceled') return actions([button('seats.open', 'Buy seats', { style: 'primary' })]);
  // Under `unpaid` only the newest brings the seats back.
  const pay = payButtons(status === 'unpaid' ? overdue.toReversed() : overdue, currency);
  return actions(pay.length > 0 ? pay : [button('billing.open', 'Billing')]);
}

function overdueText(overdue: readonly OverdueShown[], currency: string): string {
  const amount = overdue.reduce((sum, { amountDue }) => sum + amountDue, 0);
  const [first] = overdue;
  const next = first?.nextAttemptAt
    ? `Stripe tries again ${moment(first.nextAttemptAt)}.`
    : 'Stripe does not try again by itself.';
  return `*${formatMoney(amount, currency)} is overdue.* Attempt ${first?.attempt} to collect it failed. ${next} Your seats stay meanwhile.`;
}

/** The first invoice; where there are more, the billing portal has them. */
function payButtons([first, second]: readonly OverdueShown[], currency: string): Button[] {
  if (!first) return [];
  const pay = payment(first.url, first.amountDue, currency);
  return second || pay.length === 0 ? [...pay, button('billing.open', 'Billing')] : pay;
}

function actions(elements: Button[]): KnownBlock[] {
  return elements.length > 0 ? [{ type: 'actions', elements }] : [];
}
