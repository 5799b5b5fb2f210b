import { PermanentFailure } from '../../clients/failures.ts';
import { StripeKeyRefused, StripeRefusal } from '../../clients/stripe/failures.ts';
import { reportFinding } from '../../domain/billing/findings.ts';
import { readingMoment } from '../../domain/billing/reading-moment.ts';
import {
  type Billing,
  billingUnder,
  differs,
  listBilled,
  readBilled,
} from '../../domain/billing/reconciliation/billed-organizations.ts';
import { resolveUnseen } from '../../domain/billing/reconciliation/unseen-findings.ts';
import type { SubscriptionReading } from '../../domain/billing/subscription.ts';
import { followSubscription } from '../follow-subscription.ts';
import type { DoPage, PageOptions, ReconcileContext } from './page.ts';

/** Organizations that are compared at the same time; the pace of the calls is held elsewhere. */
const LANES = 4;

type SeatPrice = Awaited<ReturnType<ReconcileContext['pacedStripe']['readSeatPrice']>>;

/**
 * Compares a page of organizations with their subscriptions. Where one is not as Stripe says, the reading is applied, as after a
 * webhook; what cannot be repaired so is written down.
 */
export const compareOrganizations: DoPage = async (context, { cursor, startedAt }, options) => {
  const { organizations: limit, dryRun, log, onDifference } = options;
  const page = await listBilled(context, { after: cursor, limit });
  const subscribed = page.filter(({ subscriptionId }) => subscriptionId !== null);
  const price = subscribed.length > 0 ? await context.pacedStripe.readSeatPrice() : null;
  const lanes = subscribed[Symbol.iterator]();
  const after = new Map<string, Billing>();
  await Promise.all(
    Array.from({ length: LANES }, async () => {
      for (const billing of lanes) {
        const compared = await compare(context, billing, price, options);
        if (compared) after.set(billing.organizationId, compared);
      }
    }),
  );
  if (!dryRun) {
    const present = await readBilled(context, [...after.keys()]);
    for (const [id, billing] of present) after.set(id, billing);
  }
  const changed = subscribed.flatMap((before) => {
    const now = after.get(before.organizationId);
    return now && differs(before, now) ? [{ before, now }] : [];
  });
  for (const { before, now } of changed) {
    onDifference?.(before, now);
    if (dryRun) continue;
    log.warn({ before, after: now }, 'An organization was not as Stripe says, and was put right.');
  }
  const last = page.length === limit ? (page.at(-1)?.organizationId ?? null) : null;
  if (last === null && !dryRun) {
    await resolveUnseen(context, ['subscription_missing', 'price_differs'], startedAt);
  }
  return { figures: { compared: page.length, repaired: changed.length }, cursor: last };
};

/** How the organization stands afterwards, or would; null where Stripe could not say. */
async function compare(
  context: ReconcileContext,
  billing: Billing,
  price: SeatPrice,
  options: PageOptions,
): Promise<Billing | null> {
  const { organizationId } = billing;
  const subscriptionId = String(billing.subscriptionId);
  const { log, dryRun, onFinding } = options;
  const find = async (
    kind: 'subscription_missing' | 'price_differs',
    detail: Record<string, string | number>,
  ) => {
    if (dryRun) return onFinding?.(kind, subscriptionId);
    await reportFinding(context, { kind, subject: subscriptionId, organizationId, detail }, { log });
  };
  try {
    const reading = await read(context, { organizationId, subscriptionId }, options);
    const { seatPrice, currency } = reading;
    if (price && seatPrice !== null && (seatPrice !== price.amount || currency !== price.currency)) {
      await find('price_differs', {
        seatPrice,
        currency,
        newSeatPrice: price.amount,
        newCurrency: price.currency,
      });
    }
    return billingUnder(billing, reading);
  } catch (error) {
    if (!(error instanceof PermanentFailure) || error instanceof StripeKeyRefused) throw error;
    if (error instanceof StripeRefusal && error.code === 'resource_missing') {
      // A key of another account or mode looks just like this: nobody loses a seat over it.
      await find('subscription_missing', { subscriptionId });
    } else {
      log.error(
        { organizationId, subscriptionId, err: error },
        'An organization cannot be compared with Stripe.',
      );
    }
    return null;
  }
}

async function read(
  context: ReconcileContext,
  subscribed: { organizationId: string; subscriptionId: string },
  { dryRun, log }: PageOptions,
): Promise<SubscriptionReading> {
  const { pacedStripe: stripe } = context;
  if (dryRun) return stripe.readSubscription(subscribed.subscriptionId, await readingMoment(context));
  return (await followSubscription({ ...context, stripe }, subscribed, log)).reading;
}
