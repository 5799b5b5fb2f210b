import { describe, expect, it, vi } from 'vitest';
import { sendInvitation } from '../../../src/domain/invitations/send-invitation.ts';
import { requestSeatChange } from '../../../src/domain/seats/request-seat-change.ts';
import { seedInvitation, seedMember, seedOrganization, seedVisitor } from '../../setup/organization.ts';
import { refusal, tally } from '../invitations/stage.ts';
import { useSeatStage } from './stage.ts';

const stage = useSeatStage();

/** Resolves when a statement of the test's database waits for a lock. */
const waiting = () =>
  vi.waitUntil(async () => {
    const rows = await stage.database.$queryRaw<unknown[]>`
      SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    return rows.length > 0;
  });

describe('wanting more seats', () => {
  it('records the wish and leaves the purchased figure alone until Stripe says paid', async () => {
    const organization = await seedOrganization(stage.context, { seats: 3 });
    const outcome = await requestSeatChange(stage.context, organization.owner, { quantity: 5 });
    expect(outcome).toMatchObject({ kind: 'recorded', from: 3, to: 5, lowered: false });
    expect(await stage.purchased(organization)).toBe(3);
    expect(await stage.changes(organization)).toMatchObject([
      { fromQuantity: 3, toQuantity: 5, status: 'requested', requestedBy: organization.owner.userId },
    ]);
    expect(await stage.topics(organization)).toEqual(['seats.carry', 'home.refresh']);
    expect(await stage.audit(organization)).toEqual([
      { action: 'seats.requested', by: 'Olivia Owner', before: { seats: 3 }, after: { seats: 5 } },
    ]);
  });

  it('is one change for two presses, and for fifty at once on two devices', async () => {
    const organization = await seedOrganization(stage.context, { seats: 3 });
    const presses = Array.from({ length: 50 }, () =>
      requestSeatChange(stage.context, organization.owner, { quantity: 6 }),
    );
    const outcomes = await Promise.all(presses);
    expect(new Set(outcomes.map((outcome) => outcome.kind === 'recorded' && outcome.seatChangeId)).size).toBe(
      1,
    );
    expect(await stage.changes(organization)).toHaveLength(1);
    expect(await stage.topics(organization)).toEqual(['seats.carry', 'home.refresh']);
  });

  it('keeps one wish of fifty different ones at once, and it is the last that came', async () => {
    const organization = await seedOrganization(stage.context, { seats: 3 });
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        requestSeatChange(stage.context, organization.owner, { quantity: 10 + index }),
      ),
    );
    const changes = await stage.changes(organization);
    const open = changes.filter(({ status }) => status === 'requested');
    expect(changes).toHaveLength(50);
    expect(open).toEqual(changes.slice(-1));
    expect(changes.filter(({ status }) => status === 'superseded')).toHaveLength(49);
    expect(await stage.purchased(organization)).toBe(3);
  });

  it('waits behind a change that is with Stripe, and replaces only what waits', async () => {
    const organization = await seedOrganization(stage.context, { seats: 3 });
    await requestSeatChange(stage.context, organization.owner, { quantity: 5 });
    await stage.database.seatChange.updateMany({
      where: { organizationId: organization.id },
      data: { status: 'sent', sentAt: stage.context.now() },
    });
    await requestSeatChange(stage.context, organization.owner, { quantity: 6 });
    await requestSeatChange(stage.context, organization.owner, { quantity: 7 });
    const changes = await stage.changes(organization);
    expect(changes.map(({ toQuantity, status }) => [toQuantity, status])).toEqual([
      [5, 'sent'],
      [6, 'superseded'],
      [7, 'requested'],
    ]);
  });

  it('prorates from the moment that was shown, unless that lies too far back or ahead', async () => {
    const organization = await seedOrganization(stage.context, { seats: 3 });
    const now = stage.context.now().getTime();
    const moments = [now - 60_500, now - 3_600_000, now + 60_000];
    for (const [index, moment] of moments.entries()) {
      const wish = { quantity: 5 + index, prorationAt: new Date(moment) };
      await requestSeatChange(stage.context, organization.owner, wish);
    }
    const changes = await stage.changes(organization);
    expect(changes.map(({ prorationAt }) => prorationAt.getTime())).toEqual([now - 61_000, now, now]);
  });
});

describe('wanting fewer seats', () => {
  it('gives them up at once, so that no invite takes one', async () => {
    const organization = await seedOrganization(stage.context, { seats: 5 });
    const outcome = await requestSeatChange(stage.context, organization.owner, { quantity: 1 });
    expect(outcome).toMatchObject({ kind: 'recorded', from: 5, to: 1, lowered: true });
    expect(await requestSeatChange(stage.context, organization.owner, { quantity: 1 })).toEqual(outcome);
    expect(await stage.purchased(organization)).toBe(1);
    const invite = sendInvitation(stage.context, organization.owner, {
      email: 'late@b.example',
      role: 'agent',
    });
    expect((await refusal(invite)).code).toBe('no_free_seat');
    expect((await stage.audit(organization)).map(({ action }) => action)).toEqual([
      'seats.requested',
      'seats.changed',
    ]);
  });

  it('is refused below the seats in use, naming members and pending invites', async () => {
    const organization = await seedOrganization(stage.context, { seats: 5 });
    await seedMember(stage.context, organization);
    await seedInvitation(stage.context, organization);
    const refused = await refusal(requestSeatChange(stage.context, organization.owner, { quantity: 2 }));
    expect(refused).toMatchObject({ code: 'seats_below_use', field: 'quantity' });
    expect(refused.message).toContain('2 members and 1 pending invite');
    expect(await stage.purchased(organization)).toBe(5);
    expect(await stage.changes(organization)).toEqual([]);
  });

  it('does not count an invite that has run out', async () => {
    const organization = await seedOrganization(stage.context, { seats: 5 });
    await seedInvitation(stage.context, organization, { days: 7 });
    stage.context.advance({ days: 7 });
    await requestSeatChange(stage.context, organization.owner, { quantity: 1 });
    expect(await stage.purchased(organization)).toBe(1);
  });

  it('never leaves more seats used than purchased, against 50 invites at once', async () => {
    for (const place of [0, 1, 2, 3, 50]) {
      const organization = await seedOrganization(stage.context, { seats: 30 });
      const calls = Array.from({ length: 50 }, (_, index) => () => {
        const invite = { email: `p${index}@race.example`, role: 'agent' };
        return sendInvitation(stage.context, organization.owner, invite) as Promise<unknown>;
      });
      calls.splice(place, 0, () => requestSeatChange(stage.context, organization.owner, { quantity: 4 }));
      const counts = await tally(calls.map((call) => call()));
      const { seats_below_use: tooLate = 0 } = counts;
      expect(await stage.purchased(organization)).toBe(tooLate ? 30 : 4);
      expect(await stage.used(organization)).toBe(tooLate ? 30 : 4);
    }
  });

  it('counts an invite that was being sent when the decrease began', async () => {
    const organization = await seedOrganization(stage.context, { seats: 5 });
    let decrease: Promise<unknown> = Promise.resolve();
    await stage.database.$transaction(async (transaction) => {
      const inTransaction = { ...stage.context, database: transaction as typeof stage.database };
      for (const name of ['a', 'b', 'c']) {
        const invite = { email: `${name}@slow.example`, role: 'agent' };
        await sendInvitation(inTransaction, organization.owner, invite);
      }
      decrease = refusal(requestSeatChange(stage.context, organization.owner, { quantity: 2 }));
      await waiting();
    });
    expect(await decrease).toMatchObject({ code: 'seats_below_use' });
    expect(await stage.purchased(organization)).toBe(5);
  });

  it('keeps what is given up low when a larger wish replaces it, until Stripe was read', async () => {
    const organization = await seedOrganization(stage.context, { seats: 10 });
    await requestSeatChange(stage.context, organization.owner, { quantity: 4 });
    await requestSeatChange(stage.context, organization.owner, { quantity: 8 });
    expect(await stage.purchased(organization)).toBe(4);
    expect((await stage.changes(organization)).map(({ status }) => status)).toEqual([
      'superseded',
      'requested',
    ]);
  });
});

describe('what is refused', () => {
  it.each([0, -1, 10_001, 2.5, Number.NaN])('%s seats', async (quantity) => {
    const organization = await seedOrganization(stage.context, { seats: 3 });
    const refused = await refusal(requestSeatChange(stage.context, organization.owner, { quantity }));
    expect(refused).toMatchObject({ code: 'seats_range', field: 'quantity' });
    expect(refused.message).toContain('10,000');
  });

  it('takes 10,000 seats', async () => {
    const organization = await seedOrganization(stage.context, { seats: 3 });
    await requestSeatChange(stage.context, organization.owner, { quantity: 10_000 });
    expect(await stage.changes(organization)).toHaveLength(1);
  });

  it('the number that is there already, but not as the way back from an open wish', async () => {
    const organization = await seedOrganization(stage.context, { seats: 3 });
    const same = () => requestSeatChange(stage.context, organization.owner, { quantity: 3 });
    expect(await refusal(same())).toMatchObject({ code: 'seats_unchanged', field: 'quantity' });
    await requestSeatChange(stage.context, organization.owner, { quantity: 5 });
    expect(await same()).toMatchObject({ kind: 'recorded', to: 3 });
  });

  it.each(['admin', 'agent'] as const)('a wish of the role %s', async (role) => {
    const organization = await seedOrganization(stage.context, { seats: 3 });
    const member = await seedMember(stage.context, organization, { role });
    const refused = await refusal(requestSeatChange(stage.context, member, { quantity: 5 }));
    expect(refused.code).toBe('not_allowed');
    expect(await stage.changes(organization)).toEqual([]);
  });

  it('a wish of somebody without a seat', async () => {
    const { id: organizationId, teamId } = await seedOrganization(stage.context, { seats: 3 });
    const visitor = await seedVisitor(stage.context, { teamId, organizationId });
    const refused = await refusal(requestSeatChange(stage.context, visitor, { quantity: 5 }));
    expect(refused.code).toBe('not_a_member');
  });

  it.each(['paused', 'unpaid'] as const)(
    'a change of a subscription that is %s',
    async (subscriptionStatus) => {
      const { id, owner } = await seedOrganization(stage.context, { seats: 3 });
      await stage.database.organization.update({
        where: { id },
        data: { subscriptionStatus, seatsPurchased: 0 },
      });
      const refused = await refusal(requestSeatChange(stage.context, owner, { quantity: 5 }));
      expect(refused.code).toBe('subscription_on_hold');
      expect(refused.message).toContain(subscriptionStatus);
    },
  );
});

describe('without a subscription', () => {
  it('leads to Checkout and records nothing', async () => {
    const organization = await seedOrganization(stage.context, { seats: 0 });
    const outcome = await requestSeatChange(stage.context, organization.owner, { quantity: 3 });
    expect(outcome).toEqual({ kind: 'checkout', organizationId: organization.id, quantity: 3 });
    expect(await stage.changes(organization)).toEqual([]);
  });

  it('wants at least the seats in use', async () => {
    const organization = await seedOrganization(stage.context, { seats: 0 });
    await seedMember(stage.context, organization);
    const refused = await refusal(requestSeatChange(stage.context, organization.owner, { quantity: 1 }));
    expect(refused.code).toBe('seats_below_use');
  });

  it('leads there again after the subscription was canceled', async () => {
    const { id, owner } = await seedOrganization(stage.context, { seats: 3 });
    const data = { subscriptionStatus: 'canceled' as const, seatsPurchased: 0 };
    await stage.database.organization.update({ where: { id }, data });
    expect(await requestSeatChange(stage.context, owner, { quantity: 2 })).toMatchObject({
      kind: 'checkout',
    });
  });
});
