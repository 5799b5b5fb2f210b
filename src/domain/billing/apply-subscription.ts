import type { Transaction } from '../../database/client.ts';
import type { Context } from '../context.ts';
import { homeRefresh } from '../effects.ts';
import type { Notice } from '../notices.ts';
import { record } from '../record.ts';
import { type Consequences, noConsequences, seatsChanged, tellOwner } from '../seats/consequences.ts';
import { followReading, purchasedUnder } from '../seats/follow-reading.ts';
import { type Ledger, lockLedger } from '../seats/ledger.ts';
import { grantsSeats, isResting, type SubscriptionReading } from './subscription.ts';

/**
 * `applied`: the organization stands as the reading says. `outdated`: a newer reading was there first. `of_the_past`: an
 * earlier subscription's end, which says nothing of the present one. `second_subscription`: the organization pays for
 * another one already, and somebody has to look. `no_organization`: it is gone.
 */
export type Application = 'applied' | 'outdated' | 'of_the_past' | 'second_subscription' | 'no_organization';

/**
 * Sets the organization's billing to what Stripe said, as absolute values: any number of readings in any order end at the
 * newest. Settles the open seat change where the reading decides it. Audit lines, messages and a new App Home only where
 * something changed.
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
    const before = ledger.inFlight?.status;
    await followReading(transaction, context, ledger, reading, consequences);
    await setBilling(transaction, ledger, reading, consequences);
    if (consequences.changes.length > 0 || before !== ledger.inFlight?.status) {
      consequences.effects.push(homeRefresh(ledger.teamId));
    }
    await record(transaction, context, consequences.changes, consequences.effects);
    return 'applied';
  });
}

function hindranceOf(ledger: Ledger, reading: SubscriptionReading): Application | null {
  if (ledger.subscriptionId === null) return null;
  if (ledger.subscriptionId === reading.subscriptionId) {
    return ledger.readAt !== null && ledger.readAt > reading.readAt ? 'outdated' : null;
  }
  if (!grantsSeats(reading.status)) return 'of_the_past';
  return grantsSeats(ledger.status) ? 'second_subscription' : null;
}

async function setBilling(
  transaction: Transaction,
  ledger: Ledger,
  reading: SubscriptionReading,
  consequences: Consequences,
): Promise<void> {
  const purchased = purchasedUnder(ledger, reading);
  await transaction.organization.update({
    where: { id: ledger.organizationId },
    data: {
      seatsPurchased: purchased,
      stripeCustomerId: reading.customerId,
      subscriptionId: reading.subscriptionId,
      subscriptionStatus: reading.status,
      periodEndsAt: reading.periodEndsAt,
      subscriptionReadAt: reading.readAt,
    },
  });
  if (ledger.status !== reading.status || ledger.subscriptionId !== reading.subscriptionId) {
    consequences.changes.push({
      organizationId: ledger.organizationId,
      by: 'Stripe',
      action: 'subscription.changed',
      before: { status: ledger.status },
      after: { status: reading.status },
    });
  }
  if (purchased !== ledger.purchased) seatsChanged(consequences, ledger, 'Stripe', purchased);
  const [grantedBefore, grantsNow] = [grantsSeats(ledger.status), grantsSeats(reading.status)];
  if (!grantedBefore && grantsNow) {
    tellOwner(consequences, ledger, { kind: 'subscription_started', seats: purchased });
  }
  if (grantedBefore && !grantsNow) tellOwner(consequences, ledger, lossOf(reading));
}

/** What the Owner reads when the seats are gone: for good, or until an invoice is paid. */
function lossOf({ status, invoice }: SubscriptionReading): Notice {
  if (!isResting(status)) return { kind: 'subscription_ended' };
  const paymentUrl = invoice?.status === 'open' ? invoice.url : null;
  return { kind: 'subscription_resting', status, paymentUrl };
}
