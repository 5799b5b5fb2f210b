import { describe, expect, it } from 'vitest';
import type { ExpiredNews } from '../../src/domain/invitations/claim-expired.ts';
import type { FoundInvitation } from '../../src/domain/invitations/find-invitation.ts';
import type { InvitationPage, PendingInvitation } from '../../src/domain/invitations/list-invitations.ts';
import { expiredMessage } from '../../src/slack/blocks/expired-invitations.ts';
import { invitationMessage, repeatedMessage } from '../../src/slack/blocks/invitation-message.ts';
import { invitationsModal, resentText, revokedText, sentText } from '../../src/slack/blocks/invitations.ts';
import { actionsIn, assertWithinLimits, textsIn } from '../setup/blocks.ts';

const now = new Date('2026-11-23T09:00:00Z');
const hostile = '<!channel> <https://evil.example|here> *bold* & <@U1>';
const longest = `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(57)}.ex`;

const pending = (changes: Partial<PendingInvitation> = {}): PendingInvitation => ({
  id: '01890000-0000-7000-8000-000000000001',
  email: 'ada@new.example',
  role: 'agent',
  expiresAt: new Date('2026-11-29T10:00:00Z'),
  mailStatus: 'sent',
  mailError: null,
  inviterName: 'Olivia',
  ...changes,
});

const seats = (purchased: number, members: number, pending: number): InvitationPage['seats'] => ({
  purchased,
  members,
  pending,
  monthlyCost: purchased * 599,
  currency: 'gbp',
});
const page = (changes: Partial<InvitationPage> = {}): InvitationPage => ({
  seats: seats(5, 2, 1),
  invitations: [pending()],
  newer: null,
  older: null,
  mayInvite: true,
  ...changes,
});

const modal = (shown: InvitationPage, done?: string) =>
  invitationsModal(shown, { page: null, sent: 0, now, ...(done !== undefined && { done }) });
const words = (shown: Parameters<typeof textsIn>[0]) =>
  textsIn(shown)
    .map(({ text }) => text)
    .join('\n');

const found = (changes: Partial<FoundInvitation> = {}): FoundInvitation => ({
  id: '01890000-0000-7000-8000-000000000001',
  email: 'ada@new.example',
  role: 'agent',
  status: 'pending',
  tokenHash: new Uint8Array(32),
  expiresAt: new Date('2026-11-29T10:00:00Z'),
  mailStatus: 'sent',
  inviteeUserId: 'UADA',
  messageChannel: 'D1',
  messageTs: '1.1',
  inviterName: 'Olivia',
  keeperUserId: 'UOLIVIA',
  organization: {
    id: '01890000-0000-7000-8000-000000000002',
    teamId: 'T1',
    name: 'Harbour Support',
    description: null,
    joinLink: null,
    logoPath: null,
  },
  ...changes,
});

describe('the modal', () => {
  it('lets invites only be withdrawn while the organization is read-only', () => {
    const view = modal(page({ mayInvite: false }));
    expect(view.submit).toBeUndefined();
    expect(actionsIn(view)).toEqual(['invitations.revoke']);
    expect(view.blocks.some(({ type }) => type === 'input')).toBe(false);
    expect(words(view)).toContain('Nobody can be invited while the organization is read-only');
    assertWithinLimits(view);
  });

  it('shows the three figures together, and of each invite who, role, time left and inviter', () => {
    const text = words(modal(page()));
    for (const part of [
      '*Seats purchased*\n5',
      '*Seats used*\n3',
      '*Monthly cost*\n£29.95',
      '2 seats free',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).toContain('*ada@new.example*\nAgent · 6 days left, until <!date^1795946400^');
    expect(text).toContain('invited by Olivia');
    expect(text).not.toContain('e-mail could not');
  });

  it('says on top of the form that no seat is free, and who holds them', () => {
    const text = words(modal(page({ seats: seats(3, 2, 1) })));
    expect(text).toContain('No seat free: 2 members and 1 pending invite hold them.');
    // Cut below use: never a negative number, but how many too many.
    const cut = words(modal(page({ seats: seats(1, 2, 1) })));
    expect(cut).toContain(
      'No seat free: 2 more seats are in use than purchased, by 2 members and 1 pending invite.',
    );
    const none = words(modal(page({ seats: seats(0, 1, 0) })));
    expect(none).toContain('No seat free: none are purchased. The Owner can buy seats');
  });

  it('shows at the invite that its mail is on the way, or failed and why', () => {
    expect(words(modal(page({ invitations: [pending({ mailStatus: 'queued' })] })))).toContain('on its way');
    const failed = pending({ mailStatus: 'failed', mailError: `Refused by ${hostile}` });
    const text = words(modal(page({ invitations: [failed] })));
    expect(text).toContain('*The e-mail could not be delivered.* Refused by &lt;!channel&gt;');
  });

  it('has another input after each invite, so that Slack empties it', () => {
    const inputOf = (sent: number) =>
      JSON.stringify(invitationsModal(page(), { page: null, sent, now }).blocks);
    expect(inputOf(0)).toContain('"email-0"');
    expect(inputOf(1)).toContain('"email-1"');
  });

  it('keeps within Slack’s limits at its largest', () => {
    const invitations = Array.from({ length: 10 }, () =>
      pending({
        email: longest,
        inviterName: '😀'.repeat(40) + hostile,
        mailStatus: 'failed',
        mailError: '!'.repeat(900),
      }),
    );
    const key = `before|${now.toISOString()}|01890000-0000-7000-8000-000000000001`;
    assertWithinLimits(
      invitationsModal(page({ invitations, newer: key, older: key }), {
        page: key,
        sent: 1_000_000,
        now,
        done: sentText(longest, 'admin'),
      }),
    );
    assertWithinLimits(modal(page({ invitations: [] })));
  });

  it('tells screen readers whose button it is, and asks before both', () => {
    const shown = JSON.stringify(modal(page()));
    expect(shown).toContain('"accessibility_label":"Resend the invite to ada@new.example"');
    expect(shown).toContain('"accessibility_label":"Revoke the invite of ada@new.example"');
    expect(shown.match(/"confirm":\{"title"/g)).toHaveLength(2);
  });

  it('has Previous and Next only where there is a page', () => {
    const paging = (shown: InvitationPage) => actionsIn(modal(shown)).filter((id) => /newer|older/.test(id));
    expect(paging(page())).toEqual([]);
    expect(paging(page({ older: 'x' }))).toEqual(['invitations.older']);
    expect(paging(page({ newer: 'x', older: 'y' }))).toEqual(['invitations.newer', 'invitations.older']);
  });

  it('lets no name or address speak to the channel', () => {
    const shown = modal(
      page({ invitations: [pending({ email: hostile, inviterName: hostile })] }),
      revokedText(hostile),
    );
    for (const { type, text } of textsIn(shown)) {
      if (type === 'mrkdwn') expect(text).not.toMatch(/<!channel|<https|<@U1/);
    }
    for (const said of [sentText(hostile, 'agent'), resentText(hostile)])
      expect(said).not.toContain('<!channel');
  });
});

describe('the direct message', () => {
  it('says in its text alone who invites, where to and as what', () => {
    const message = invitationMessage(found(), now);
    expect(message.text).toBe(
      '*Olivia* invites you to *Harbour Support*, the support desk of this workspace, as Agent.',
    );
    expect(actionsIn(message)).toEqual(['invitation.accept', 'invitation.decline']);
    expect(words(message)).toContain('6 days left');
    assertWithinLimits(message);
    expect(invitationMessage(found({ inviterName: null }), now).text).toMatch(
      /^\*Harbour Support\*, .* invites you/,
    );
  });

  it.each([
    ['accepted', 'You have joined *Harbour Support* as Agent.'],
    ['declined', 'You have declined the invite to *Harbour Support*.'],
    ['revoked', 'The invite to *Harbour Support* was withdrawn.'],
    ['expired', 'The invite to *Harbour Support* has expired.'],
  ] as const)('has no buttons once it is %s, and says so', (status, text) => {
    const message = invitationMessage(found({ status }), now);
    expect(message.text).toContain(text);
    expect(actionsIn(message)).toEqual([]);
    assertWithinLimits(message);
  });

  it('keeps hostile and long words harmless', () => {
    const organization = {
      ...found().organization,
      name: hostile.padEnd(80),
      description: hostile.repeat(9),
    };
    for (const message of [
      invitationMessage(found({ inviterName: hostile, organization }), now),
      invitationMessage(found({ status: 'revoked', organization }), now),
      repeatedMessage(found({ organization })),
    ]) {
      assertWithinLimits(message);
      for (const { type, text } of textsIn(message))
        if (type === 'mrkdwn') expect(text).not.toContain('<!channel');
    }
  });
});

describe('the news of expired invites', () => {
  const news = (count: number, named = Math.min(count, 10)): ExpiredNews => ({
    teamId: 'T1',
    userId: 'U1',
    organizationName: 'Harbour Support',
    total: count,
    invitations: Array.from({ length: named }, (_, index) => ({
      ...pending(),
      email: `late${index}@new.example`,
    })),
  });

  it('names the one, or counts them and names the first, each with its button', () => {
    const one = expiredMessage(news(1));
    expect(one.text).toBe(
      'The invite of *late0@new.example* to *Harbour Support* has expired without an answer. The seat is free.',
    );
    const many = expiredMessage(news(4_321));
    expect(many.text).toBe(
      '4,321 invites to *Harbour Support* have expired without an answer. Their seats are free.',
    );
    expect(actionsIn(many)).toEqual(Array.from({ length: 10 }, () => 'invitations.send-again'));
    expect(words(many)).toContain('And 4,311 more.');
    for (const message of [one, many]) assertWithinLimits(message);
  });

  it('keeps within the limits with the longest addresses', () => {
    const { invitations, ...rest } = news(10);
    assertWithinLimits(
      expiredMessage({ ...rest, invitations: invitations.map((each) => ({ ...each, email: longest })) }),
    );
  });
});
