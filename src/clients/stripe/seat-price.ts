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

/** The item of a subscription that stands for its seats; null where it cannot be told. */
export function findSeatItem({ items: { data } }: Stripe.Subscription): Stripe.SubscriptionItem | null {
  // A price that was replaced has lost its lookup key, and who bought under it keeps it.
  const seats = data.length === 1 ? data : data.filter(({ price }) => price.lookup_key === SEAT_LOOKUP_KEY);
  return seats.length === 1 ? (seats[0] ?? null) : null;
}

/** The same, to be changed. @throws PermanentFailure where it cannot be told. */
export function seatItem(subscription: Stripe.Subscription): Stripe.SubscriptionItem {
  const item = findSeatItem(subscription);
  if (item) return item;
  throw new PermanentFailure(
    `The subscription ${subscription.id} has ${subscription.items.data.length} items, and it is not clear which are its seats.`,
  );
}
