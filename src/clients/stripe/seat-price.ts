import type Stripe from 'stripe';
import { PermanentFailure } from '../failures.ts';
import { asking } from './failures.ts';

/** Names the price of a seat in every Stripe account, test or live, whatever its id is there. */
export const SEAT_LOOKUP_KEY = 'orgdesk_seat_monthly';

/** @throws PermanentFailure where `npm run stripe:setup` was never run for this account. */
export async function findSeatPrice(stripe: Stripe): Promise<string> {
  const found = await asking(() =>
    stripe.prices.list({ lookup_keys: [SEAT_LOOKUP_KEY], active: true, limit: 1 }),
  );
  const [price] = found.data;
  if (!price) {
    throw new PermanentFailure(
      `This Stripe account has no price under ${SEAT_LOOKUP_KEY}: run npm run stripe:setup.`,
    );
  }
  return price.id;
}

/** The item of a subscription that stands for its seats. @throws PermanentFailure where it cannot be told. */
export function seatItem(subscription: Stripe.Subscription): Stripe.SubscriptionItem {
  const items = subscription.items.data;
  // A price that was replaced has lost its lookup key, and who bought under it keeps it.
  const seats =
    items.length === 1 ? items : items.filter(({ price }) => price.lookup_key === SEAT_LOOKUP_KEY);
  const [item] = seats;
  if (!item || seats.length > 1) {
    throw new PermanentFailure(
      `The subscription ${subscription.id} has ${items.length} items, of which ${seats.length} are seats.`,
    );
  }
  return item;
}
