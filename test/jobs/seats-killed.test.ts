import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Held } from '../sandbox/stripe/http/gate.ts';
import { queueBackends } from '../setup/redis.ts';
import {
  type KillingGround,
  type PayingCompany,
  startKillingGround,
  untilSettled,
} from './seats-killed-stage.ts';
import { until } from './until.ts';

const LOCK_ORGANIZATION = 'SELECT FROM organizations WHERE id = $1 FOR UPDATE';
const LOCK_EFFECT = `
  SELECT FROM outbox WHERE topic = 'seats.carry' AND payload ->> 'seatChangeId' = (
    SELECT id::text FROM seat_changes WHERE organization_id = $1) FOR UPDATE`;

/** Where the workers die. Each is reached by the first worker and by the second. */
const steps = [
  'before the call reaches Stripe',
  'after Stripe has acted and before the answer',
  'after the answer and before the commit',
  'after the commit and before the effect is marked',
] as const;
type Step = (typeof steps)[number];

const FROM = 3;
const cases = steps.flatMap((step) => [5, 2].map((to) => ({ step, to })));

let ground: KillingGround;

/** Prepares that the next worker halts at its step in this company's change; resolves when it stands there. */
async function haltAt(step: Step, company: PayingCompany, isSecond: boolean): Promise<() => Promise<void>> {
  const { gate } = ground.stripe;
  const path = `/v1/subscriptions/${company.subscriptionId}`;
  const lost = (held: Held) => async () => held.lose();
  if (step === 'before the call reaches Stripe') {
    const held = gate.holdNext('POST', path, 'before');
    await held.reached;
    return lost(held);
  }
  if (isSecond && step === 'after the commit and before the effect is marked') {
    return ground.lock(LOCK_EFFECT, [company.organizationId]);
  }
  // The second worker sees by its first reading that Stripe has acted, and calls no more.
  const held = gate.holdNext(isSecond ? 'GET' : 'POST', path, 'after');
  await held.reached;
  if (step === 'after Stripe has acted and before the answer') return lost(held);
  const beforeCommit = step === 'after the answer and before the commit';
  const release = await ground.lock(beforeCommit ? LOCK_ORGANIZATION : LOCK_EFFECT, [company.organizationId]);
  held.release();
  return release;
}

/** Starts a worker, lets it come to every step in the company of that step, and kills it there. */
async function workAndDie(companies: readonly PayingCompany[], isSecond: boolean): Promise<void> {
  const halts = cases.map(({ step }, index) => haltAt(step, companies[index] as PayingCompany, isSecond));
  const worker = ground.startWorker();
  const releases = await Promise.race([Promise.all(halts), worker.failed]);
  const of = (wanted: Step) => cases.filter(({ step }) => step === wanted).length;
  await until(async () => (await ground.waiting('%lock_seats%')) >= of(steps[2]));
  // To mark it; the second may have to bring it back first, since the queue lets go of it before the mark is written.
  await until(async () => (await ground.waiting('%UPDATE outbox SET%')) > 0);
  await ground.kill(worker);
  await ground.endWaiting();
  for (const release of releases) await release();
}

describe.each(await queueBackends())('seat changes under workers that are killed, on $name', (backend) => {
  let companies: PayingCompany[];

  beforeAll(async () => {
    ground = await startKillingGround(backend);
    companies = await ground.found(cases.length, FROM);
    await ground.leaveAlone();
    await Promise.all(
      companies.map((company, index) => company.change(company.owner, cases[index]?.to ?? 0)),
    );
    await workAndDie(companies, false);
    await workAndDie(companies, true);
    await ground.emptyQueues();
    ground.startWorker();
    await untilSettled(ground.database);
  }, 300_000);
  afterAll(async () => {
    await ground?.stop();
  });

  it.each(cases)('are made once by the third, to $to, where two died $step', async ({ step, to }) => {
    const company = companies[
      cases.findIndex((each) => each.step === step && each.to === to)
    ] as PayingCompany;
    const { organizationId, subscriptionId, customerId, team, owner } = company;
    const { stripe, slack, database } = ground;
    const item = stripe.state.subscription(subscriptionId).items.data[0];
    expect(item?.quantity).toBe(to);
    const organization = await database.organization.findUniqueOrThrow({ where: { id: organizationId } });
    expect(organization.seatsPurchased).toBe(to);
    expect(await database.seatChange.findMany({ where: { organizationId } })).toMatchObject([
      { status: 'applied', fromQuantity: FROM, toQuantity: to },
    ]);
    const charges = stripe.state.charges({ customer: customerId }).filter(({ paid }) => paid);
    const isIncrease = to > FROM;
    expect(charges).toHaveLength(isIncrease ? 2 : 1);
    expect(stripe.state.invoices({ subscription: subscriptionId })).toHaveLength(isIncrease ? 2 : 1);
    // One change at Stripe, however many calls it took.
    const moves = stripe.state
      .events('customer.subscription.updated')
      .filter(({ data }) => (data.object as { id: string }).id === subscriptionId)
      .filter(({ data }) => JSON.stringify(data.previous_attributes ?? {}).includes('"quantity"'));
    expect(moves).toHaveLength(1);
    const told = (await slack.directMessages(team, owner.user.id)).map(({ text }) => String(text));
    expect(told.filter((text) => text.includes(`${to} seats`))).toHaveLength(1);
    expect(await database.outboxRow.findMany({ where: { status: 'parked' } })).toEqual([]);
  });
});
