import { expect } from 'vitest';
import type { SubscriptionStatus } from '../../src/database/client.ts';
import { grantsSeats } from '../../src/domain/billing/subscription.ts';
import { SEAT_PRICE_PENCE } from '../../src/domain/money.ts';
import { Refusal } from '../sandbox/stripe/refusal.ts';
import { payOnPage } from '../sandbox/stripe/shopper.ts';
import { type BillingRun, HOUR } from './billing-run.ts';
import type { Step } from './billing-steps.ts';
import { expectedInvoices } from './proration-oracle.ts';

/** How long a process may stand still and go on as if nothing were. */
const STILL_SECONDS = 600;

/**
 * Does one step of a story. Whenever an invite is granted or accepted, no more seats may be in use than are purchased; and at
 * no time are there more than Stripe has ever billed for.
 */
export async function take(run: BillingRun, step: Step): Promise<void> {
  await act(run, step);
  const { purchased } = await run.figures();
  expect(purchased, 'seats that nobody paid for').toBeLessThanOrEqual(run.history.highest);
}

async function act(run: BillingRun, step: Step): Promise<void> {
  const { sandbox, customerId, subscriptionId } = run;
  switch (step.do) {
    case 'want':
      return run.want(step.seats);
    case 'invite':
      if (await run.invite(step.who)) await expectRoom(run);
      return;
    case 'accept':
      if (await run.accept(step.which)) await expectRoom(run);
      return;
    case 'revoke':
      return run.revoke(step.which);
    case 'remove':
      return run.remove(step.which);
    case 'rush': {
      const invites = Array.from({ length: step.invites }, (_, who) => run.invite(who));
      const [, ...granted] = await Promise.all([run.want(step.seats), ...invites]);
      if (granted.includes(true)) await expectRoom(run);
      return;
    }
    case 'card':
      if (step.answers === 'accept') sandbox.cards.accept(customerId);
      if (step.answers === 'decline') sandbox.cards.decline(customerId);
      if (step.answers === 'ask_the_bank') sandbox.cards.requireAuthentication(customerId);
      return;
    case 'replace_card':
      sandbox.cards.reset(customerId);
      sandbox.dashboard.setCard(customerId, 'pm_card_visa');
      return;
    case 'pay': {
      const invoice = sandbox.state.invoices({ subscription: subscriptionId }).findLast(isOpen);
      const url = invoice?.hosted_invoice_url;
      // This card asks its bank every time.
      if (url) await payOnPage(url, { card: '4000 0027 6000 3184', authentication: step.bank });
      return;
    }
    case 'end_bank':
      return byHand(() =>
        step.passed
          ? sandbox.dashboard.completeAuthentication(subscriptionId)
          : sandbox.dashboard.failAuthentication(subscriptionId),
      );
    case 'edit':
      run.history.edit = step;
      byHand(() => sandbox.dashboard.changeQuantity(subscriptionId, step.seats, step.prorated));
      run.history.edit = undefined;
      return;
    case 'cancel':
      return byHand(() => sandbox.dashboard.cancel(subscriptionId, { atPeriodEnd: !step.now }));
    case 'keep':
      return byHand(() => sandbox.dashboard.keep(subscriptionId));
    case 'wake':
      return run.wake();
    case 'wait':
      if (step.seconds > STILL_SECONDS) await run.wake();
      return run.wait(step.seconds);
    case 'deliver':
      return run.mail.deliver(step);
    case 'lose':
      return run.mail.lose();
    case 'work':
      return run.work(step);
    case 'die':
      return run.work({ together: true, death: step });
    case 'fault':
      return sandbox.faults.next({ ...step, path: /^\/v1\/(subscriptions|invoices)/ });
    case 'reconcile':
      return run.reconcile();
  }
}

/** Lets everything come to rest: Stripe works again, what it said arrives or is looked up, and time goes by. */
export async function settle(run: BillingRun): Promise<void> {
  run.sandbox.faults.clear();
  await run.wake();
  let isLookedUp = !run.mail.hasLost;
  for (let round = 0; round < 100; round++) {
    while (!run.mail.isEmpty) await run.mail.deliver({ part: 1, copies: 1, seed: 1 });
    await run.work({ together: false });
    if (!run.mail.isEmpty) continue;
    const [next] = await run.waiting();
    if (next)
      run.wait(Math.max(1, Math.ceil((next.availableAt.getTime() - run.context.now().getTime()) / 1000)));
    else if ((await run.openChanges()) > 0) run.wait(HOUR);
    else if (!isLookedUp) {
      run.wait(24 * HOUR);
      await run.reconcile();
      isLookedUp = true;
    } else return;
  }
}

/** What has to be so when everything has come to rest. */
export async function expectConverged(run: BillingRun): Promise<void> {
  const { sandbox, subscriptionId, customerId, context } = run;
  const { database } = context;
  const subscription = sandbox.state.subscription(subscriptionId);
  const organization = await database.organization.findUniqueOrThrow({ where: { id: run.organization.id } });
  const paidFor = grantsSeats(subscription.status as SubscriptionStatus)
    ? subscription.items.data[0]?.quantity
    : 0;
  const parked = await database.outboxRow.findMany({
    where: { status: 'parked' },
    select: { topic: true, error: true },
  });
  expect({
    status: organization.subscriptionStatus,
    purchased: organization.seatsPurchased,
    open: await run.openChanges(),
    waiting: await run.waiting(),
    parked,
  }).toEqual({ status: subscription.status, purchased: paidFor, open: 0, waiting: [], parked: [] });

  const expected = expectedInvoices(run.history.facts, SEAT_PRICE_PENCE);
  const invoices = sandbox.state.invoices({ customer: customerId });
  const billed = invoices.map(({ id, status, amount_due }) => ({
    id,
    due: status === 'draft' ? null : amount_due,
    paid: status === 'paid',
  }));
  expect(billed).toEqual([...expected].map(([id, one]) => ({ id, ...one })));
  const due = [...expected.values()].reduce((sum, one) => sum + (one.paid ? (one.due ?? 0) : 0), 0);
  expect(sandbox.state.taken({ customer: customerId })).toBe(due);
}

async function expectRoom(run: BillingRun): Promise<void> {
  const { used, purchased } = await run.figures();
  expect(used, `used of ${purchased} purchased, when an invite was granted`).toBeLessThanOrEqual(purchased);
}

/** What Stripe's dashboard refuses does not happen. */
function byHand(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof Refusal) && !String(error).includes('no payment that could be authenticated'))
      throw error;
  }
}

function isOpen({ status, amount_remaining }: { status: string | null; amount_remaining: number }): boolean {
  return status === 'open' && amount_remaining > 0;
}
