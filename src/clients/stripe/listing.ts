import type Stripe from 'stripe';
import { asking, StripeRefusal } from './failures.ts';
import { organizationIn } from './metadata.ts';
import { SEAT_LOOKUP_KEY } from './seat-price.ts';
import { webhookEvents } from './setup.ts';

/** Stripe's most for one page of any list (docs.stripe.com/api/pagination). */
const PAGE = 100;
/** Stripe's most for the types that one call asks for (docs.stripe.com/api/events/list). */
const TYPES_AT_ONCE = 20;

/** A page of a list of Stripe's, newest first; `next` is where the following one begins, null after the last. */
export interface StripePage<T> {
  items: T[];
  next: string | null;
}

/** A subscription as the list of all shows it. */
export interface ListedSubscription {
  subscriptionId: string;
  customerId: string;
  /** The organization that the subscription's metadata names, or else its customer's. */
  organizationId: string | null;
  /** Stripe's own word. */
  status: string;
}

/** One page of the account's subscriptions that have not ended. */
export async function listSubscriptions(
  stripe: Stripe,
  after: string | null,
): Promise<StripePage<ListedSubscription>> {
  // Without a status Stripe lists all but the canceled ones (docs.stripe.com/api/subscriptions/list).
  const { data, has_more: more } = await asking(() =>
    stripe.subscriptions.list({
      limit: PAGE,
      expand: ['data.customer'],
      ...(after !== null && { starting_after: after }),
    }),
  );
  const items = data.map(({ id, customer, metadata, status }) => ({
    subscriptionId: id,
    customerId: typeof customer === 'string' ? customer : customer.id,
    organizationId: organizationIn(metadata) ?? organizationIn(metadataOf(customer)),
    status,
  }));
  return { items, next: more ? (items.at(-1)?.subscriptionId ?? null) : null };
}

function metadataOf(customer: Stripe.Subscription['customer']): Stripe.Metadata | null {
  return typeof customer === 'string' || customer.deleted === true ? null : customer.metadata;
}

/** An event as a webhook would have brought it. */
export interface ListedEvent {
  id: string;
  body: Uint8Array;
}

/**
 * One page of the events that the webhook endpoint is sent, created from `since` to `until`. More types than Stripe takes at
 * once are listed one group after the other; `after` says which group too.
 */
export async function listEvents(
  stripe: Stripe,
  { since, until, after }: { since: Date; until: Date; after: string | null },
): Promise<StripePage<ListedEvent>> {
  const [group = '0', last = ''] = after?.split(':') ?? [];
  const first = Number(group) * TYPES_AT_ONCE;
  const types = webhookEvents.slice(first, first + TYPES_AT_ONCE);
  const { data, has_more: more } = await unlessPast(
    asking(() =>
      stripe.events.list({
        types: [...types],
        created: { gte: unixSeconds(since), lte: unixSeconds(until) },
        limit: PAGE,
        ...(last !== '' && { starting_after: last }),
      }),
    ),
  );
  const items = data.map((event) => ({ id: event.id, body: Buffer.from(JSON.stringify(event)) }));
  const oldest = items.at(-1);
  if (more && oldest) return { items, next: `${group}:${oldest.id}` };
  return { items, next: first + TYPES_AT_ONCE < webhookEvents.length ? `${Number(group) + 1}:` : null };
}

/** An empty page where the event to begin behind has left the list since, as after a long stop: so have all behind it. */
async function unlessPast<T>(page: Promise<{ data: T[]; has_more: boolean }>) {
  try {
    return await page;
  } catch (error) {
    const isPast = error instanceof StripeRefusal && error.param === 'starting_after';
    if (!isPast || error.code !== 'resource_missing') throw error;
    return { data: [], has_more: false };
  }
}

/** What a seat of a new subscription costs a month, in the currency's smallest unit; null where there is no such price. */
export async function readSeatPrice(stripe: Stripe): Promise<{ amount: number; currency: string } | null> {
  const { data } = await asking(() =>
    stripe.prices.list({ lookup_keys: [SEAT_LOOKUP_KEY], active: true, limit: 1 }),
  );
  const [price] = data;
  return price && price.unit_amount !== null ? { amount: price.unit_amount, currency: price.currency } : null;
}

function unixSeconds(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}
