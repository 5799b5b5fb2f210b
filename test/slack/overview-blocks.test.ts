import { describe, expect, it } from 'vitest';
import type { Overview } from '../../src/domain/organizations/read-overview.ts';
import type { Role } from '../../src/domain/roles.ts';
import { homeView } from '../../src/slack/blocks/home.ts';
import { overviewBlocks, overviewText } from '../../src/slack/blocks/overview.ts';
import { actionsIn, assertWithinLimits, textsIn } from '../setup/blocks.ts';
import { around, nasty, overview, read, worst, worstTickets } from './overview-samples.ts';

describe('the overview', () => {
  it('says everything about the organization', () => {
    const text = read(overviewBlocks(overview, around('owner')));
    expect(text).toContain('Harbour Support');
    expect(text).toContain('Open at nine.');
    expect(text).toContain('*Seats purchased*\n3');
    expect(text).toContain('*Seats used*\n3');
    expect(text).toContain('*Monthly cost*\n£17.97');
    expect(text).toContain('*Ticket prefix*\nSUP');
    expect(text).toContain('Seats used: 2 members and 1 pending invite.');
    expect(text).toContain('*Members* · 2 (the Owner, 1 Agent)\n• <@U1> · Owner\n• <@U2> · Agent');
    expect(text).toContain(
      '*Pending invites* · 1\n• cleo@harbour.example · Admin · 6 days left, until <!date^1795946400^{date_short_pretty} at {time}|29 Nov 2026, 10:00 UTC>',
    );
    expect(text).toContain(
      '*Authorized domains* · 1\n• bücher.example (xn--bcher-kva.example) and its subdomains',
    );
    expect(text).toContain('Logo of Harbour Support');
  });

  describe('of an organization whose subscription needs something', () => {
    const at = new Date('2026-11-30T09:00:00Z');
    const owed = { amountDue: 1797, url: 'https://invoice.stripe.com/i/1', attempt: 2, nextAttemptAt: at };
    const shown = (role: Role, standing: Partial<Overview['standing']>, purchased = 3) => {
      const stands = { ...overview.standing, ...standing };
      const seats = { ...overview.seats, purchased };
      const blocks = overviewBlocks({ ...overview, viewerRole: role, seats, standing: stands }, around(role));
      assertWithinLimits({ text: 'The overview', blocks });
      return { text: read(blocks), actions: actionsIn(blocks) };
    };

    it('shows the Owner what is overdue, the attempts and the way to pay', () => {
      const { text, actions } = shown('owner', { status: 'past_due', overdue: [owed] });
      expect(text).toContain('*£17.97 is overdue.* Attempt 2 to collect it failed. Stripe tries again');
      expect(text).toContain('Your seats stay meanwhile.');
      expect(actions).toContain('seats.pay');
      expect(actions).toContain('invitations.open');
    });

    it('leads to the billing portal for more invoices than one, and where there is no address to pay at', () => {
      const last = { ...owed, url: null, nextAttemptAt: null };
      expect(shown('owner', { status: 'past_due', overdue: [owed, owed] }).text).toContain('£35.94');
      expect(shown('owner', { status: 'past_due', overdue: [owed, owed] }).actions).toEqual(
        expect.arrayContaining(['seats.pay', 'billing.open']),
      );
      const { text, actions } = shown('owner', { status: 'past_due', overdue: [last] });
      expect(text).toContain('Stripe does not try again by itself.');
      expect(actions).toContain('billing.open');
      expect(actions).not.toContain('seats.pay');
    });

    it('says when the subscription ends, and who can keep it', () => {
      const day = '<!date^1796029200^{date_short}|30 Nov 2026>';
      expect(shown('owner', { endsAt: at }).text).toContain(
        `The subscription ends on ${day}. You can keep it with \`/org billing\`.`,
      );
      expect(shown('agent', { endsAt: at }).text).toContain('The Owner can keep it');
    });

    it.each([
      ['canceled', 'the subscription has ended.', 'seats.open'],
      ['unpaid', 'the subscription is not paid.', 'seats.pay'],
      ['paused', 'the subscription is paused at Stripe.', 'billing.open'],
      [null, 'in a state at Stripe that Orgdesk does not know.', 'billing.open'],
    ] as const)(
      'says why it is read-only under %s, and offers the Owner a way out',
      (status, reason, way) => {
        const standing = { readOnly: 'lapsed', status } as const;
        const overdue = status === 'unpaid' ? [owed] : [];
        const { text, actions } = shown('owner', { ...standing, overdue }, 0);
        expect(text).toContain(reason);
        expect(text).toContain('Everything is kept.');
        expect(text).not.toContain('Buy seats to invite people');
        expect(actions).toContain(way);
        const admin = shown('admin', standing);
        expect(admin.text).toContain(`${reason} Everything is kept.`);
        expect(admin.text).toContain('<@U1>, the Owner, can see to it.');
        expect(admin.text).not.toContain('overdue');
      },
    );

    it('offers nothing that would be refused', () => {
      const { actions } = shown('admin', { readOnly: 'lapsed', status: 'canceled' });
      expect(actions).toEqual([
        'members.open',
        'invitations.open',
        'plugin.open',
        'payments.open',
        'audit.open',
        'leave.open',
      ]);
    });
  });

  it('stands in one sentence for who hears it', () => {
    expect(overviewText(overview)).toBe(
      'Harbour Support: 3 seats purchased, 3 used, £17.97 a month; 2 members, 1 pending invite, 1 authorized domain; ticket prefix SUP.',
    );
    expect(overviewText({ ...overview, name: '<!here>' })).toContain('&lt;!here&gt;');
  });

  it('offers what the role may do, and no more', () => {
    const offered = (role: Role) => actionsIn(overviewBlocks(overview, around(role)));
    const manager = [
      'members.open',
      'invitations.open',
      'domains.open',
      'settings.open',
      'prefix.open',
      'channel.open',
      'categories.open',
      'plugin.open',
      'products.open',
      'payments.open',
      'audit.open',
    ];
    expect(offered('owner')).toEqual(['seats.open', ...manager, 'billing.open', 'transfer.open']);
    expect(offered('admin')).toEqual([...manager, 'leave.open']);
    expect(offered('agent')).toEqual(['members.open', 'leave.open']);
  });

  it('shows a logo as an image with its alternative text, a WebP as a link: Slack shows none', () => {
    const shown = (contentType: 'image/jpeg' | 'image/webp', description: string | null) =>
      JSON.stringify(
        overviewBlocks({ ...overview, description, logo: { path: 'abc', contentType } }, around('agent')),
      );
    const image =
      '{"type":"image","image_url":"https://desk.example/logos/abc","alt_text":"Logo of Harbour Support"}';
    expect(shown('image/jpeg', 'Open at nine.')).toContain(image);
    expect(shown('image/jpeg', null)).toContain(image);
    expect(shown('image/webp', 'Open at nine.')).not.toContain('"image"');
    expect(shown('image/webp', null)).toContain('<https://desk.example/logos/abc|Logo>');
  });

  it('leads a new Owner to the first seats', () => {
    const fresh = {
      ...overview,
      seats: { purchased: 0, used: 1, monthlyCost: 0, currency: 'gbp', wanted: null },
    };
    const owner = overviewBlocks(fresh, around('owner'));
    expect(JSON.stringify(owner)).toContain('"style":"primary"');
    expect(read(owner)).toContain('Buy seats to invite people');
    expect(read(overviewBlocks(fresh, around('agent')))).toContain('The Owner can buy them');
  });

  it('tells when a seat change that has to wait is applied, and how many seats too many are in use', () => {
    const waits = { until: new Date('2026-11-23T09:12:00Z'), minutes: 12 };
    const wanted = { seats: 4, awaitingPayment: false, waits };
    const seats = { ...overview.seats, purchased: 3, used: 5, wanted };
    const text = read(overviewBlocks({ ...overview, seats }, around('agent')));
    expect(text).toContain('A change to 4 seats waits, since Stripe takes only so many changes in a time');
    expect(text).toContain('is applied in about 12 minutes, <!date^1795425120^');
    expect(text).toContain('2 more seats are in use than purchased');
  });

  it('counts the monthly cost in the currency of the organization', () => {
    const seats = { ...overview.seats, monthlyCost: 2100, currency: 'eur' };
    expect(read(overviewBlocks({ ...overview, seats }, around('agent')))).toContain('*Monthly cost*\n€21.00');
    expect(overviewText({ ...overview, seats })).toContain('€21.00 a month');
  });

  it('tells of a seat change under way, and of an e-mail that did not arrive', () => {
    const wanted = (awaitingPayment: boolean) =>
      read(
        overviewBlocks(
          { ...overview, seats: { ...overview.seats, wanted: { seats: 4, awaitingPayment, waits: null } } },
          around('agent'),
        ),
      );
    expect(wanted(true)).toContain('A change to 4 seats waits for payment.');
    expect(wanted(false)).toContain('A change to 4 seats is on its way to Stripe.');
    const [invitation] = overview.invitations.first;
    const failed = { ...overview.invitations, first: [{ ...invitation, mailFailed: true } as never] };
    expect(read(overviewBlocks({ ...overview, invitations: failed }, around('admin')))).toContain(
      'the e-mail could not be delivered',
    );
  });

  it('says so where a list is empty, and how much more there is where it is long', () => {
    const empty: Overview = { ...overview, domains: { total: 0, first: [] } };
    expect(read(overviewBlocks(empty, around('agent')))).toContain('No website may submit tickets');
    const text = read(overviewBlocks(worst, around('owner')));
    expect(text).toContain('and 9,991 more');
    expect(text).toContain('*Pending invites* · 10,000+');
    expect(text).toContain('10,001 members and more than 10,000 pending invites');
    expect(text).toContain('*Seats used*\n20,001+');
  });

  it.each(['owner', 'admin', 'agent'] as const)('fits into Slack at its worst, for an %s', (role) => {
    const blocks = overviewBlocks(worst, around(role));
    assertWithinLimits({ text: overviewText(worst), blocks });
    assertWithinLimits(homeView({ ...worst, mine: worstTickets, unassigned: worstTickets }, around(role)));
    expect(blocks.length).toBeLessThanOrEqual(20);
  });

  it('lets nobody’s words become a mention, a link or a command', () => {
    for (const { type, text } of textsIn(overviewBlocks({ ...worst, name: nasty }, around('owner')))) {
      if (type === 'mrkdwn')
        expect(
          text.replace(/<@U\w+>|<!date\^[^>]*>|<https:\/\/desk.example\/logos\/\w+\|Logo>/g, ''),
        ).not.toMatch(/[<>]/);
    }
  });
});
