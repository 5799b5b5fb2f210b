import type { Transaction } from '../../database/client.ts';
import type { Context } from '../context.ts';
import { type Effect, effect, homeRefresh, ticketsRelease } from '../effects.ts';
import { record } from '../record.ts';
import { type Consequences, noConsequences } from '../seats/consequences.ts';
import { followReading, purchasedUnder } from '../seats/follow-reading.ts';
import { type Ledger, lockLedger } from '../seats/ledger.ts';
import { setOverdue } from './overdue-invoices.ts';
import { readingsOfSeconds } from './second-subscription.ts';
import { grantsSeats, type SubscriptionReading } from './subscription.ts';
import { tellBilling } from './tell-billing.ts';

/**
 * `applied`: the organization stands as the reading says. `outdated`: a newer reading was there first. `of_the_past`: an
 * earlier subscription's end, which says nothing of the present one. `second_subscription`: the organization pays for
 * another one already, and somebody has to look. `no_organization`: it is gone.
 */
export type Application = 'applied' | 'outdated' | 'of_the_past' | 'second_subscription' | 'no_organization';

/**
 * Sets the organization's billing to what Stripe said, as absolute values: any number of readings in any order end at the
 * newest. Settles the open seat change where the reading decides it. Where the organization's own subscription gives no seats,
 * others that were found beside it are read. Audit lines, messages and a new App Home only where something changed.
 */
export async function applySubscription(
  context: Context,
  organizationId: string,
  reading: SubscriptionReading,
): Promise<Application> {
  return context.database.$transaction(async (transaction) => {
    const ledger = await lockLedger(transaction, organizationId, context.now());
    if (!ledger) return 'no_organization';
    const hindrance = hindranceOf(ledger, reading);
    if (hindrance) return hindrance;
    const consequences = noConsequences();
    consequences.effects.push(...draftToPay(ledger, reading));
    const moved = await follow(transaction, context, ledger, reading, consequences);
    // What was only a second one until now may take this one's place.
    if (!grantsSeats(reading.status)) {
      consequences.effects.push(...(await readingsOfSeconds(transaction, organizationId)));
    }
    if (consequences.changes.length > 0 || moved) consequences.effects.push(homeRefresh(ledger.teamId));
    await record(transaction, context, consequences.changes, consequences.effects);
    return 'applied';
  });
}

/** An unpaid subscription waits for its newest invoice, which Stripe leaves a draft that nobody can pay. */
function draftToPay({ organizationId, closing }: Ledger, reading: SubscriptionReading): Effect[] {
  const { subscriptionId, status, invoice } = reading;
  if (status !== 'unpaid' || invoice?.status !== 'draft' || closing) return [];
  const payload = { organizationId, subscriptionId, invoiceId: invoice.id };
  return [effect('invoice.finalize', payload, { key: `finalize:${invoice.id}` })];
}

/** Whether anything has moved that is shown and leaves no audit line. */
async function follow(
  transaction: Transaction,
  context: Context,
  ledger: Ledger,
  reading: SubscriptionReading,
  consequences: Consequences,
): Promise<boolean> {
  const before = ledger.inFlight;
  // Of unclear seats nobody's wish can be seen to be done.
  if (!reading.seatsUnclear) await followReading(transaction, context, ledger, reading, consequences);
  const settled = before !== null && ledger.inFlight === null;
  const applied = settled ? await appliedQuantity(transaction, before.id) : null;
  const purchased = await setBilling(transaction, ledger, reading);
  // What customers wrote meanwhile is shown now that there are seats.
  if (ledger.purchased === 0 && purchased > 0)
    consequences.effects.push(ticketsRelease(ledger.organizationId));
  const overdue = await setOverdue(transaction, ledger, reading);
  await tellBilling(transaction, { ledger, reading, purchased, applied, overdue }, consequences);
  return overdue.moved || before?.status !== ledger.inFlight?.status;
}

async function appliedQuantity(transaction: Transaction, seatChangeId: string): Promise<number | null> {
  const change = await transaction.seatChange.findUniqueOrThrow({ where: { id: seatChangeId } });
  return change.status === 'applied' ? change.toQuantity : null;
}

function hindranceOf(ledger: Ledger, reading: SubscriptionReading): Application | null {
  if (ledger.subscriptionId === null) return null;
  if (ledger.subscriptionId === reading.subscriptionId) {
    return ledger.readAt !== null && ledger.readAt > reading.readAt ? 'outdated' : null;
  }
  if (!grantsSeats(reading.status)) return 'of_the_past';
  return grantsSeats(ledger.status) ? 'second_subscription' : null;
}

/** Sets the columns as absolute values, and returns the purchased figure. */
async function setBilling(
  transaction: Transaction,
  ledger: Ledger,
  reading: SubscriptionReading,
): Promise<number> {
  const purchased = purchasedUnder(ledger, reading);
  const isSame = ledger.subscriptionId === reading.subscriptionId;
  // Of a subscription that is over another customer may have taken the place: the next one is bought by that one.
  const isPayer = !isSame || ledger.customerId === null || grantsSeats(reading.status);
  await transaction.organization.update({
    where: { id: ledger.organizationId },
    data: {
      seatsPurchased: purchased,
      ...(isPayer && { stripeCustomerId: reading.customerId }),
      subscriptionId: reading.subscriptionId,
      subscriptionStatus: reading.status,
      periodEndsAt: reading.periodEndsAt,
      subscriptionReadAt: reading.readAt,
      seatPrice: reading.seatPrice ?? (isSame ? ledger.seatPrice : null),
      currency: reading.currency,
      endsAt: reading.endsAt,
    },
  });
  return purchased;
}
