import { describe, expect, it } from 'vitest';
import type { NoticeFacts } from '../../src/domain/members/notice-facts.ts';
import { type Notice, noticeSchema } from '../../src/domain/notices.ts';
import { renderNotice } from '../../src/slack/blocks/notices.ts';
import { actionsIn, assertWithinLimits, textsIn } from '../setup/blocks.ts';

const invitationId = '01a209b9-ddfc-7384-a3fe-ce4bd26be99f';
const paymentId = '01a209b9-ddfc-7384-a3fe-ce4bd26be99d';
const paymentUrl = 'https://invoice.stripe.com/i/1';
const ticketId = '01a209b9-ddfc-7384-a3fe-ce4bd26be99e';
const at = '2026-11-30T09:00:00.000Z';
const shownMoment = '<!date^1796029200^{date_short_pretty} at {time}|30 Nov 2026, 09:00 UTC>';
const facts: NoticeFacts = {
  teamId: 'T1',
  organization: 'Harbour Support',
  currency: 'gbp',
  role: 'owner',
  invitation: { email: 'cleo@harbour.example', role: 'agent', mailError: 'There is no such mailbox.' },
  ticket: { number: 'TKT-041', title: 'Cold tea', message: { channelId: 'C1', ts: '1.2' } },
  payment: { email: 'cara@customer.example', productName: 'Blue kettle', quantity: 2 },
};

/** What each says, and the buttons under it. */
const told: { [K in Notice['kind']]: [Extract<Notice, { kind: K }>, string, string[]] } = {
  welcome: [
    { kind: 'welcome' },
    'Orgdesk is installed, and *Harbour Support* is here already. `/org` shows how it stands.',
    [],
  ],
  seats_applied: [
    { kind: 'seats_applied', seats: 4, amountPence: 240 },
    'You have 4 seats now. £2.40 was charged for the rest of this month.',
    ['invitations.open'],
  ],
  seats_awaiting_payment: [
    {
      kind: 'seats_awaiting_payment',
      seats: 4,
      amountPence: 240,
      paymentUrl,
      reason: 'Your bank asks you to confirm it.',
    },
    'The change to 4 seats waits for a payment of £2.40. Your bank asks you to confirm it. The seats come as soon as it is paid.',
    ['seats.pay'],
  ],
  seats_refused: [
    { kind: 'seats_refused', seats: 4, reason: 'Your card was declined.', paymentUrl },
    'The change to 4 seats was not made. Your card was declined.',
    ['seats.pay', 'seats.open'],
  ],
  seats_waiting: [
    { kind: 'seats_waiting', seats: 4, until: at, minutes: 12 },
    `The change to 4 seats has to wait: Stripe takes only so many changes of a subscription in a time. It is made in about 12 minutes, ${shownMoment}. Until then another number takes its place.`,
    ['seats.open'],
  ],
  seats_delayed: [
    { kind: 'seats_delayed', seats: 4 },
    'The change to 4 seats is not made yet: Stripe cannot be reached, or does not answer as it should. It is tried again and again, and you get a message when it is made, or given up.',
    ['seats.open'],
  ],
  subscription_started: [
    { kind: 'subscription_started', seats: 1 },
    'Your subscription has started, with 1 seat. Now invite your people.',
    ['invitations.open'],
  ],
  subscription_back: [
    { kind: 'subscription_back', seats: 3 },
    'Your subscription is active again, and your 3 seats are back. Everything can be changed as before.',
    [],
  ],
  subscription_ending: [
    { kind: 'subscription_ending', at },
    `Your subscription was canceled at Stripe and ends on <!date^1796029200^{date_short}|30 Nov 2026>. Until then everything goes on. You can keep it with \`/org billing\`.`,
    [],
  ],
  subscription_kept: [
    { kind: 'subscription_kept' },
    'The cancellation of your subscription was taken back. It goes on as before.',
    [],
  ],
  payment_overdue: [
    {
      kind: 'payment_overdue',
      amount: 1797,
      currency: 'gbp',
      url: paymentUrl,
      attempt: 2,
      nextAttemptAt: at,
    },
    `Stripe could not collect £17.97 for your seats (attempt 2). You keep your seats for now. Stripe tries again on ${shownMoment}; to be sure, pay it now.`,
    ['seats.pay'],
  ],
  payment_settled: [
    { kind: 'payment_settled' },
    'Nothing is overdue any more. Your seats go on as before.',
    [],
  ],
  payment_refunded: [
    { kind: 'payment_refunded', amount: 599, currency: 'eur' },
    '€5.99 of what you paid for seats was refunded to you. Your seats do not change by that.',
    [],
  ],
  refund_failed: [
    { kind: 'refund_failed', amount: 599, currency: 'gbp' },
    'A refund of £5.99 for seats did not reach you: your bank sent it back. Whoever runs Orgdesk has been told, and has to pay it to you in another way.',
    [],
  ],
  payment_disputed: [
    { kind: 'payment_disputed', amount: 599, currency: 'gbp' },
    'Your bank disputes a payment of £5.99 for your seats. Your seats do not change by that while your subscription is paid. If you did not mean to dispute it, tell your bank.',
    [],
  ],
  seats_changed_at_stripe: [
    { kind: 'seats_changed_at_stripe', from: 3, to: 7 },
    'Your seats were changed at Stripe from 3 to 7 seats.',
    ['seats.open'],
  ],
  seats_over_used: [
    { kind: 'seats_over_used', used: 5, purchased: 2 },
    '5 seats are in use and 2 purchased: 3 more than there are. Nobody is removed, and nobody can be invited until it fits. Add seats, or free some.',
    ['seats.open', 'members.open', 'invitations.open'],
  ],
  seats_unclear: [
    { kind: 'seats_unclear' },
    'Your subscription was changed at Stripe in a way that does not show which part of it your seats are, so there are none for now. Nobody is removed, and nobody can be invited until it is put right at Stripe. Whoever runs Orgdesk has been told.',
    [],
  ],
  seat_price_changed: [
    { kind: 'seat_price_changed', price: 700, currency: 'gbp' },
    'A seat costs £7.00 a month from now on.',
    ['seats.open'],
  ],
  second_subscription_refunded: [
    { kind: 'second_subscription_refunded', seats: 3, amount: 1797, currency: 'gbp' },
    'You paid twice, perhaps in two tabs. The second subscription, with 3 seats, was ended, and £17.97 goes back to your card. Your seats stay as they are.',
    [],
  ],
  second_subscription_found: [
    { kind: 'second_subscription_found', seats: 9 },
    'There is a second subscription at Stripe for your organization, with 9 seats, that was not bought here. It was left alone, and its seats are not counted: you may be paying twice. `/org billing` shows both.',
    [],
  ],
  subscription_ended: [
    { kind: 'subscription_ended' },
    'Your subscription has ended, and with it the seats. Your members and everything else stay; nobody can be invited until there are seats again.',
    ['seats.open'],
  ],
  subscription_resting: [
    { kind: 'subscription_resting', status: 'unpaid', paymentUrl },
    'Your subscription is unpaid at Stripe, and there are no seats until it is active again. Your members and everything else stay; nobody can be invited meanwhile.',
    ['seats.pay'],
  ],
  invitation_accepted: [
    { kind: 'invitation_accepted', invitationId },
    '*cleo@harbour.example* has accepted the invite and joined *Harbour Support* as Agent.',
    ['members.open'],
  ],
  invitation_declined: [
    { kind: 'invitation_declined', invitationId },
    '*cleo@harbour.example* has declined the invite. The seat is free.',
    ['invitations.open'],
  ],
  invitation_without_seat: [
    { kind: 'invitation_without_seat', invitationId },
    '*cleo@harbour.example* wanted to accept the invite, but the organization has fewer seats than it needs. Add a seat or free one, and they can accept it while it is valid.',
    ['seats.open', 'invitations.open', 'members.open'],
  ],
  invitation_mail_failed: [
    { kind: 'invitation_mail_failed', invitationId },
    'The e-mail with the invite for *cleo@harbour.example* could not be delivered. There is no such mailbox. Check the address, then send it again.',
    ['invitations.send-again', 'invitations.open'],
  ],
  role_changed: [
    { kind: 'role_changed', role: 'agent' },
    'You are an Agent of *Harbour Support* now. You can view and answer tickets.',
    [],
  ],
  removed: [
    { kind: 'removed' },
    'You are no longer a member of *Harbour Support*. What you wrote stays; to return, you need a new invite.',
    [],
  ],
  ownership_received: [
    { kind: 'ownership_received' },
    'You are the Owner of *Harbour Support* now. Billing, seats and the next transfer are yours: `/org help` shows how.',
    ['seats.open', 'members.open'],
  ],
  owner_deactivated: [
    { kind: 'owner_deactivated' },
    'The Owner of *Harbour Support* was deactivated in Slack. Everything goes on, but nobody can change seats or billing. Ask your workspace’s admins to reactivate the account, so that the Owner can transfer the organization.',
    [],
  ],
  deletion_scheduled: [
    { kind: 'deletion_scheduled', at },
    `*Harbour Support* is deleted ${shownMoment}. You have its data in a file here, and no further month is charged. Nothing in it can be changed any more. Until then you can keep it.`,
    ['deletion.undo'],
  ],
  deletion_undone: [{ kind: 'deletion_undone' }, '*Harbour Support* stays: the deletion was undone.', []],
  deletion_failed: [
    { kind: 'deletion_failed', reason: 'Nothing was deleted.' },
    '*Harbour Support* was not deleted, and is open again. Nothing was deleted. `/org delete` tries it again.',
    [],
  ],
  deletion_done: [
    { kind: 'deletion_done' },
    'The organization of this workspace was deleted, and with it everything that Orgdesk kept of it. Your invoices are at Stripe. `/org create` makes a new organization.',
    [],
  ],
  support_channel_renamed: [
    { kind: 'support_channel_renamed', channelId: 'C1' },
    'The support channel has another name now: <#C1>. Tickets go on appearing there.',
    [],
  ],
  support_channel_trouble: [
    { kind: 'support_channel_trouble', channelId: 'C1', reason: 'is_archived' },
    'New tickets cannot be posted in <#C1>: it is archived. Unarchive it, or choose another channel in the settings. They are kept, and posted as soon as they can be.',
    [],
  ],
  logo_refused: [
    { kind: 'logo_refused', reason: 'A logo has at most 1 MB.' },
    'The logo was not set. A logo has at most 1 MB.',
    ['settings.open'],
  ],
  support_channel_shared: [
    { kind: 'support_channel_shared', channelId: 'C1' },
    'Tickets appear in <#C1> now. It is shared with people of another workspace: they see every ticket and every internal note in it. They cannot answer customers. If they should see none of it, choose another channel in the settings.',
    ['settings.open'],
  ],
  account_active: [
    { kind: 'account_active' },
    'Your Stripe account is active: your websites can take payments now, and Stripe pays them out to you.',
    ['payments.open'],
  ],
  account_restricted: [
    { kind: 'account_restricted', reason: 'requirements.past_due' },
    'Stripe has switched payments or payouts of your account off. Stripe needs more details, and the time for them has run out. Add them in its form.',
    ['payments.connect', 'payments.open'],
  ],
  customer_refund_failed: [
    { kind: 'customer_refund_failed', paymentId, amount: 1250, currency: 'gbp', reason: 'declined' },
    '£12.50 could not be given back to *cara@customer.example* for 2 × Blue kettle. The bank declined it.',
    ['payments.show'],
  ],
  customer_dispute: [
    { kind: 'customer_dispute', paymentId, amount: 2598, currency: 'gbp' },
    'The bank of *cara@customer.example* disputes £25.98 that was paid for 2 × Blue kettle. Whoever runs Orgdesk answers it at Stripe: tell them what was delivered, and refund nothing meanwhile, or it is given back twice.',
    ['payments.show'],
  ],
  ticket_unconfirmed: [
    { kind: 'ticket_unconfirmed', ticketId, channelId: 'C1' },
    '*<https://slack.com/app_redirect?team=T1&channel=C1&message_ts=1.2|TKT-041>* is open. I am not in <#C1>, so nobody there was told. To be heard there next time, invite me with `/invite @Orgdesk`.',
    [],
  ],
  ticket_assigned: [
    { kind: 'ticket_assigned', ticketId },
    '*<https://slack.com/app_redirect?team=T1&channel=C1&message_ts=1.2|TKT-041>* is yours now: Cold tea',
    [],
  ],
};

describe('a notice', () => {
  it.each(Object.values(told))('$kind says what happened and what can be done', (notice, text, buttons) => {
    noticeSchema.parse(notice);
    const message = renderNotice(notice, facts);
    expect(message.text).toBe(text);
    expect(textsIn(message.blocks)[0]).toEqual({ type: 'mrkdwn', text });
    expect(actionsIn(message.blocks)).toEqual(buttons);
    assertWithinLimits(message);
  });

  const text = (notice: Notice, about = facts) => renderNotice(notice, about).text;

  it('welcomes a new workspace with a button that creates its organization', () => {
    const message = renderNotice({ kind: 'welcome' }, { ...facts, organization: null });
    expect(message.text).toContain('Create the organization of this workspace');
    expect(actionsIn(message.blocks)).toEqual(['create.open']);
  });

  it.each([
    [null, 'You have 4 seats now.'],
    [0, 'You have 4 seats now. Nothing was charged.'],
    [-120, 'You have 4 seats now. £1.20 is credited to your next invoice.'],
  ])('of seats for %j pence says what it cost', (amountPence, words) => {
    expect(text({ kind: 'seats_applied', seats: 4, amountPence })).toBe(words);
  });

  it('offers a payment only where there is an address to pay at', () => {
    for (const url of [null, `https://stripe.example/${'x'.repeat(3_000)}`, 'javascript:alert(1)']) {
      const notice = {
        kind: 'seats_awaiting_payment',
        seats: 4,
        amountPence: null,
        paymentUrl: url,
      } as const;
      const message = renderNotice(notice, facts);
      expect(actionsIn(message.blocks)).toEqual([]);
      expect(message.text).toContain('waits for its payment.');
      assertWithinLimits(message);
    }
  });

  it('offers seats only to who can buy them', () => {
    const about = { ...facts, role: 'admin' as const };
    const { blocks } = renderNotice({ kind: 'invitation_without_seat', invitationId }, about);
    expect(actionsIn(blocks)).toEqual(['invitations.open', 'members.open']);
  });

  it('can be told when the invite and the organization are gone', () => {
    const gone: NoticeFacts = {
      teamId: 'T1',
      organization: null,
      currency: 'gbp',
      role: null,
      invitation: null,
      ticket: null,
      payment: null,
    };
    for (const [notice] of Object.values(told)) {
      expect(text(notice, gone)).not.toMatch(/null|undefined/);
      assertWithinLimits(renderNotice(notice, gone));
    }
    expect(text({ kind: 'invitation_declined', invitationId }, gone)).toContain('Somebody has declined');
  });

  it('fits into Slack at its worst, and lets nobody’s words become a mention or a link', () => {
    const nasty = '<!channel> <https://evil.example|Click> & '.repeat(30);
    const worst: NoticeFacts = {
      teamId: 'T1',
      ticket: { number: 'ABCDEFGHIJ-123456789', title: nasty, message: null },
      organization: nasty,
      currency: 'gbp',
      role: 'owner',
      invitation: { email: nasty, role: 'admin', mailError: nasty },
      payment: { email: nasty, productName: nasty, quantity: 100 },
    };
    for (const [notice] of Object.values(told)) {
      const message = renderNotice({ ...notice, ...('reason' in notice && { reason: nasty }) }, worst);
      assertWithinLimits(message);
      for (const { type, text: words } of textsIn(message.blocks)) {
        if (type === 'mrkdwn') expect(words.replace(/<!date\^[^>]*>|<#C1>/g, '')).not.toMatch(/[<>]/);
      }
    }
  });
});
