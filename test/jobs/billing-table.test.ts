import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Member, requireMember } from '../../src/domain/actor.ts';
import { asRefusal, Refusal } from '../../src/domain/errors.ts';
import { sendInvitation } from '../../src/domain/invitations/send-invitation.ts';
import { identify } from '../../src/domain/members/identify.ts';
import { listMembers } from '../../src/domain/members/list-members.ts';
import { changeSettings } from '../../src/domain/organizations/change-settings.ts';
import { readOverview } from '../../src/domain/organizations/read-overview.ts';
import { requestSeatChange } from '../../src/domain/seats/request-seat-change.ts';
import { openTicket } from '../../src/domain/tickets/open-ticket.ts';
import { overviewBlocks } from '../../src/slack/blocks/overview.ts';
import { textsIn } from '../setup/blocks.ts';
import { queueBackends } from '../setup/redis.ts';
import { type BillingStage, startBilling } from './seats-stage.ts';

let stage: BillingStage;

beforeAll(async () => {
  const [backend] = await queueBackends();
  if (!backend) throw new Error('There is no store for the queues.');
  stage = await startBilling({ backend });
});
afterAll(() => stage.stop());

/** What may be done: `yes`, or the code of the refusal. */
const tried = async (attempt: () => unknown) => {
  const outcome = await Promise.resolve().then(attempt).catch(asRefusal);
  return outcome instanceof Refusal ? outcome.code : 'yes';
};

/** README's table in code: what Stripe says, and what follows. */
const rows = [
  // status, seats, invites, settings, tickets, another number of seats, what the Owner sees
  ['trialing', 3, 'yes', 'yes', 'yes', 'recorded', null],
  ['active', 3, 'yes', 'yes', 'yes', 'recorded', null],
  ['past_due', 3, 'yes', 'yes', 'yes', 'recorded', null],
  ['incomplete', 0, 'no_free_seat', 'yes', 'tickets_need_seats', 'checkout', null],
  ['incomplete_expired', 0, 'no_free_seat', 'yes', 'tickets_need_seats', 'checkout', null],
  [
    'unpaid',
    0,
    'organization_lapsed',
    'organization_lapsed',
    'organization_lapsed',
    'subscription_on_hold',
    'not paid',
  ],
  [
    'paused',
    0,
    'organization_lapsed',
    'organization_lapsed',
    'organization_lapsed',
    'subscription_on_hold',
    'paused',
  ],
  [
    'canceled',
    0,
    'organization_lapsed',
    'organization_lapsed',
    'organization_lapsed',
    'checkout',
    'has ended',
  ],
  [
    'hibernating',
    0,
    'organization_lapsed',
    'organization_lapsed',
    'organization_lapsed',
    'subscription_on_hold',
    'does not know',
  ],
] as const;

describe('the table of states in README.md', () => {
  it.each(rows)('holds for %s', async (status, seats, invites, settings, tickets, number, banner) => {
    const { context, sandbox } = stage;
    const organization = await stage.subscribed(3);
    // Its first state came by Checkout already.
    if (status !== 'active') sandbox.dashboard.setStatus(organization.subscriptionId, status);
    await stage.settle();

    const row = await stage.database.organization.findUniqueOrThrow({ where: { id: organization.id } });
    expect(row.subscriptionStatus).toBe(status === 'hibernating' ? null : status);
    expect(row.seatsPurchased).toBe(seats);

    const owner: Member = requireMember(await identify(context, organization.owner));
    expect((await listMembers(context, owner, {})).total).toBe(1);
    const overview = await readOverview(context, owner);
    const around = { actor: owner, now: context.now(), publicUrl: (path: string) => path };
    const text = textsIn(overviewBlocks(overview, around))
      .map((shown) => shown.text)
      .join('\n');
    if (banner === null) expect(text).not.toContain('Read-only');
    else expect(text).toMatch(new RegExp(`Read-only.*${banner}`));

    const change = await requestSeatChange(context, owner, { quantity: 5 }).catch(asRefusal);
    expect(change instanceof Refusal ? change.code : change.kind).toBe(number);
    const invite = { email: `new${row.id}@harbour.example`, role: 'agent' };
    expect(await tried(() => sendInvitation(context, owner, invite))).toBe(invites);
    expect(await tried(() => changeSettings(context, owner, { description: 'Open.' }))).toBe(settings);
    const ticket = { title: 'Cold tea', description: 'It arrives cold.' };
    expect(await tried(() => openTicket(context, owner, ticket))).toBe(tickets);
  });

  it('has a row for each of them', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const table = readme.slice(readme.indexOf("## What a subscription's state means"));
    for (const [status] of rows) {
      if (status !== 'hibernating') expect(table).toContain(`| \`${status}\``);
    }
    expect(table).toContain('| any other');
  });
});
