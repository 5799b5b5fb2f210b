import { describe, expect, it } from 'vitest';
import type { AuditAction } from '../../src/domain/audit/actions.ts';
import { AUDIT_PAGE, type AuditLine } from '../../src/domain/audit/list-audit.ts';
import { auditModal } from '../../src/slack/blocks/audit.ts';
import { auditWords } from '../../src/slack/blocks/audit-words.ts';
import { actionsIn, assertWithinLimits, textsIn } from '../setup/blocks.ts';

const line = (action: AuditAction, what: Partial<AuditLine> = {}): AuditLine => ({
  id: '01a209b9-ddfc-7384-a3fe-ce4bd26be99f',
  action,
  actorUserId: 'U1',
  actorName: 'Ada',
  subject: null,
  before: null,
  after: null,
  at: new Date('2026-11-23T09:00:00Z'),
  ...what,
});
const expiresAt = '2026-11-30T09:00:00.000Z';
const shownMoment = '<!date^1796029200^{date_short_pretty} at {time}|30 Nov 2026, 09:00 UTC>';

const told: Record<AuditAction, [Partial<AuditLine>, string]> = {
  'organization.created': [{ after: { name: 'Harbour' } }, 'created the organization “Harbour”'],
  'organization.renamed': [
    { before: { name: 'A' }, after: { name: 'B' } },
    'renamed the organization from “A” to “B”',
  ],
  'organization.described': [
    { before: { description: 'A' }, after: { description: 'B' } },
    'changed the description from “A” to “B”',
  ],
  'organization.deletion_requested': [{ subject: 'Harbour' }, 'asked for the deletion of the organization'],
  'organization.deletion_scheduled': [
    { after: { at: expiresAt } },
    `set the deletion of the organization for ${shownMoment}: the data was handed over`,
  ],
  'organization.deletion_undone': [{}, 'kept the organization: the deletion was undone'],
  'organization.deletion_failed': [
    { after: { reason: 'Stripe was away. Nothing was deleted.' } },
    'gave the deletion of the organization up: Stripe was away. Nothing was deleted',
  ],
  'organization.logo_set': [{ after: { contentType: 'image/png', bytes: 7 } }, 'set a new logo'],
  'organization.logo_removed': [{}, 'removed the logo'],
  'organization.prefix_changed': [
    { before: { prefix: 'TKT' }, after: { prefix: 'SUP' } },
    'changed the ticket prefix from “TKT” to “SUP”',
  ],
  'organization.join_link_changed': [
    { before: { joinLink: null }, after: { joinLink: 'https://join.slack.com/x' } },
    'set the join link to “https://join.slack.com/x”',
  ],
  'organization.transferred': [
    { before: { owner: 'Ada' }, after: { owner: 'Bo' } },
    'transferred the ownership from “Ada” to “Bo”',
  ],
  'domain.added': [{ subject: 'xn--bcher-kva.de' }, 'authorized the domain *bücher.de (xn--bcher-kva.de)*'],
  'domain.removed': [{ subject: 'shop.example' }, 'took the domain *shop.example* off the list'],
  'domain.subdomains_switched': [
    { subject: 'shop.example', before: { includeSubdomains: false }, after: { includeSubdomains: true } },
    'switched the subdomains of *shop.example* on',
  ],
  'invitation.sent': [
    { subject: 'cleo@harbour.example', after: { role: 'admin', expiresAt } },
    `invited *cleo@harbour.example* as Admin, valid until ${shownMoment}`,
  ],
  'invitation.resent': [
    { subject: 'cleo@harbour.example', after: { expiresAt } },
    `sent the invite to *cleo@harbour.example* again, valid until ${shownMoment}`,
  ],
  'invitation.revoked': [{ subject: 'c@h.example' }, 'withdrew the invite to *c@h.example*'],
  'invitation.accepted': [
    { subject: 'c@h.example', after: { role: 'agent' } },
    'accepted the invite to *c@h.example* as Agent',
  ],
  'invitation.declined': [{ subject: 'c@h.example' }, 'declined the invite to *c@h.example*'],
  'invitation.expired': [{ subject: 'c@h.example' }, 'ended the invite to *c@h.example*: its time ran out'],
  'member.role_changed': [
    { subject: 'Bo', before: { role: 'agent' }, after: { role: 'admin' } },
    'changed the role of *Bo* from Agent to Admin',
  ],
  'member.removed': [{ subject: 'Bo', before: { role: 'agent' } }, 'removed *Bo* (Agent)'],
  'member.left': [{ subject: 'Ada', before: { role: 'admin' } }, 'left the organization (Admin)'],
  'member.deactivated': [
    { subject: 'Bo', before: { role: 'agent' } },
    'deactivated *Bo* (Agent), and the seat is free',
  ],
  'seats.requested': [{ before: { seats: 3 }, after: { seats: 4 } }, 'asked for a change from 3 to 4 seats'],
  'seats.changed': [{ before: { seats: 2 }, after: { seats: 1 } }, 'changed the seats from 2 to 1 seat'],
  'seats.refused': [
    { before: { seats: 3 }, after: { seats: 4, reason: 'Your card was declined.' } },
    'did not change the seats from 3 to 4 seats: Your card was declined',
  ],
  'subscription.ending': [
    { after: { at: expiresAt } },
    'ended the subscription on <!date^1796029200^{date_short}|30 Nov 2026>',
  ],
  'subscription.kept': [{}, 'took the end of the subscription back'],
  'payment.overdue': [
    { subject: 'in_1', after: { amount: 1797, currency: 'gbp', attempt: 2 } },
    'could not collect £17.97 (attempt 2)',
  ],
  'payment.settled': [{}, 'saw what was overdue settled'],
  'seats.price_changed': [
    { before: { price: 599, currency: 'gbp' }, after: { price: 700, currency: 'eur' } },
    'changed the price of a seat from £5.99 to €7.00',
  ],
  'billing.found': [
    { subject: 'dp_1', after: { kind: 'dispute', amount: 599 } },
    'reported a disputed payment (*dp_1*)',
  ],
  'billing.resolved': [
    { subject: 'sub_2', after: { kind: 'two_subscriptions' } },
    'saw settled: a second subscription (*sub_2*)',
  ],
  'subscription.changed': [
    { before: { status: 'active' }, after: { status: 'past_due' } },
    'changed the subscription from “active” to “past due”',
  ],
  'ticket.assigned': [
    { subject: 'TKT-041', before: { assignee: null }, after: { assignee: 'Ada' } },
    'assigned *TKT-041* to “Ada”',
  ],
  'category.added': [{ subject: 'Kitchen' }, 'added the ticket category *Kitchen*'],
  'category.renamed': [
    { before: { name: 'A' }, after: { name: 'B' } },
    'renamed the ticket category from “A” to “B”',
  ],
  'category.archived': [{ subject: 'Kitchen' }, 'archived the ticket category *Kitchen*'],
  'organization.channel_changed': [
    { before: { channel: null }, after: { channel: 'C123' } },
    'chose the support channel <#C123>',
  ],
  'ticket.status_changed': [
    { subject: 'TKT-041', before: { status: 'closed' }, after: { status: 'open' } },
    'changed the status of *TKT-041* from “closed” to “open”',
  ],
  'ticket.merged': [{ subject: 'TKT-041', after: { into: 'TKT-012' } }, 'merged *TKT-041* into “TKT-012”'],
  'ticket.deleted': [{ subject: 'TKT-041' }, 'deleted *TKT-041* with everything in it'],
  'publishable_key.made': [{ subject: 'wxyz' }, 'made the publishable key of the plugin'],
  'publishable_key.rotated': [
    { subject: 'wxyz', before: { hint: 'abcd', endsAt: expiresAt }, after: { hint: 'wxyz' } },
    `rotated the publishable key of the plugin; the old one is good until ${shownMoment}`,
  ],
  'secret_key.created': [
    { subject: 'Shop', after: { scopes: ['tickets', 'payments'], hint: 'abcd' } },
    'made the secret key *Shop* for tickets and payments',
  ],
  'secret_key.revoked': [{ subject: 'Shop', before: { hint: 'abcd' } }, 'revoked the secret key *Shop*'],
  'product.added': [
    { subject: 'Kettle', after: { price: 1250, currency: 'gbp' } },
    'added the product *Kettle* at £12.50',
  ],
  'product.changed': [
    {
      subject: 'Kettle',
      before: { name: 'Pot', price: 500, currency: 'jpy' },
      after: { name: 'Kettle', price: 1250, currency: 'gbp' },
    },
    'changed the product *Kettle*: from “Pot” to “Kettle”, from JP¥500 to £12.50',
  ],
  'product.activated': [{ subject: 'Kettle' }, 'put the product *Kettle* on sale again'],
  'payments.account_connected': [{}, 'connected a Stripe account for payments'],
  'payments.account_changed': [
    { before: { state: 'pending' }, after: { state: 'active' } },
    'set the Stripe account for payments to “active”',
  ],
  'payment.refund_requested': [
    { subject: 'c@h.example', after: { amount: 500, currency: 'gbp' } },
    'asked for £5.00 to be given back to *c@h.example*',
  ],
  'payment.refunded': [
    { subject: 'c@h.example', after: { amount: 500, currency: 'jpy' } },
    'gave JP¥500 back to *c@h.example*',
  ],
  'payment.refund_failed': [
    { subject: 'c@h.example', after: { amount: 500, currency: 'gbp', reason: 'insufficient_funds' } },
    'could not give £5.00 back to *c@h.example*: insufficient funds',
  ],
  'product.deactivated': [{ subject: 'Kettle' }, 'took the product *Kettle* off sale'],
};

describe('the words of the audit trail', () => {
  it.each(Object.entries(told))('tell of %s', (action, [what, words]) => {
    expect(auditWords(line(action as AuditAction, what))).toBe(words);
  });

  it.each([
    ['organization.described', { before: { description: null }, after: { description: 'B' } }, 'set the'],
    ['organization.described', { before: { description: 'A' }, after: { description: null } }, 'removed the'],
    ['domain.subdomains_switched', { subject: 'a.example', after: { includeSubdomains: false } }, 'off'],
    ['member.deactivated', { subject: 'Ada', after: { userId: 'U1' } }, 'stays the Owner until a transfer'],
    [
      'subscription.changed',
      { before: { status: null }, after: { status: 'active' } },
      'set the subscription',
    ],
    ['invitation.sent', { subject: 'c@h.example', after: null }, 'invited *c@h.example*'],
  ] as const)('tell of %s with %j', (action, what, words) => {
    expect(auditWords(line(action, what))).toContain(words);
  });

  it('tell of what a newer version wrote', () => {
    expect(auditWords(line('ticket.opened' as AuditAction))).toBe('did “ticket.opened”');
  });
});

describe('the audit trail', () => {
  const page = (lines: AuditLine[]) => auditModal({ lines, older: null, newer: null });

  it('names who it was: a person, or what acts by itself', () => {
    const lines = [
      line('organization.logo_removed'),
      line('seats.changed', { actorUserId: null, actorName: 'Stripe' }),
    ];
    const texts = textsIn(page(lines)).map(({ text }) => text);
    expect(texts).toContainEqual(expect.stringMatching(/^<@U1> removed the logo\.\n<!date\^1795424400\^/));
    expect(texts).toContainEqual(expect.stringMatching(/^Stripe changed the seats/));
  });

  it('leads to older and newer changes where there are any, and says where there is none at all', () => {
    expect(actionsIn(page([]))).toEqual([]);
    expect(textsIn(page([])).map(({ text }) => text)).toContain('Nothing has been changed yet.');
    const between = auditModal({ lines: [line('member.left')], older: 'a', newer: 'b' });
    expect(actionsIn(between)).toEqual(['audit.newer', 'audit.older']);
    assertWithinLimits(page([]));
  });

  it('fits into Slack at its worst, and lets nobody’s words become a mention or a link', () => {
    const nasty = '<!channel> <https://evil.example|Click> & \n\u2028'.repeat(100);
    const fields = [
      'name',
      'description',
      'joinLink',
      'prefix',
      'owner',
      'role',
      'reason',
      'status',
      'expiresAt',
    ];
    const json = Object.fromEntries(fields.map((field) => [field, nasty]));
    for (const action of Object.keys(told) as AuditAction[]) {
      const worst = line(action, {
        actorUserId: null,
        actorName: nasty,
        subject: nasty,
        before: json,
        after: json,
      });
      const view = auditModal({
        lines: Array.from({ length: AUDIT_PAGE }, () => worst),
        older: 'x',
        newer: 'y',
      });
      assertWithinLimits(view);
      for (const { type, text } of textsIn(view)) {
        if (type === 'mrkdwn') expect(text.replace(/<!date\^[^>]*>/g, '')).not.toMatch(/[<>]/);
      }
    }
  });
});
