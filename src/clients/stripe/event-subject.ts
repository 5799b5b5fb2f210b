import type { BilledTo } from '../../domain/billing/billed-organization.ts';
import { organizationIn, paymentIn, uuidOrNull } from './metadata.ts';

/** What a Stripe event is about, by ids. */
export type EventSubject =
  /** A subscription of somebody's, or all that a deleted customer had. */
  | ({ kind: 'subscription' } & BilledTo)
  /** Who pays, and with what: it matters to what is owed. */
  | ({ kind: 'payer' } & BilledTo)
  | ({ kind: 'checkout'; sessionId: string } & BilledTo)
  /** A charge of which something was paid back. */
  | { kind: 'refunded_charge'; chargeId: string }
  | { kind: 'refund'; refundId: string }
  | { kind: 'dispute'; disputeId: string }
  /** A payment that a website takes. */
  | { kind: 'payment'; paymentId: string }
  /** An organization's own account. */
  | { kind: 'account'; accountId: string };

type Json = Record<string, unknown>;

/**
 * What of ours an event may have changed; null where it is about nothing that the product keeps. Only ids are taken from it:
 * events come late, twice and in any order, so what they say of the state is never used.
 */
export function subjectOf(event: unknown): EventSubject | null {
  const { type, data, account } = asJson(event);
  if (typeof type !== 'string') return null;
  // What happens in a connected account is its owner's business, but for how the account itself stands.
  if (typeof account === 'string')
    return type.startsWith('account.') ? { kind: 'account', accountId: account } : null;
  const object = asJson(asJson(data).object);
  const [, read] = readers.find(([prefix]) => type === prefix || type.startsWith(`${prefix}.`)) ?? [];
  return read?.(object) ?? null;
}

type Read = (object: Json) => EventSubject | null;

/** By the beginning of the event's type; the first that fits reads it. */
const readers: [string, Read][] = [
  [
    'customer.deleted',
    (object) => ({
      kind: 'subscription',
      subscriptionId: null,
      customerId: idOf(object.id),
      organizationId: organizationIn(asJson(object.metadata)),
    }),
  ],
  ['customer.updated', (object) => payer(idOf(object.id), asJson(object.metadata))],
  [
    'customer.subscription',
    (object) => ({
      kind: 'subscription',
      subscriptionId: idOf(object.id),
      customerId: idOf(object.customer),
      organizationId: organizationIn(asJson(object.metadata)),
    }),
  ],
  ['payment_method', (object) => payer(idOf(object.customer), {})],
  ['invoice', invoice],
  ['checkout.session', checkout],
  ['payment_intent', (object) => payment(paymentIn(asJson(object.metadata)))],
  ['charge.refunded', (object) => withId(object, (chargeId) => ({ kind: 'refunded_charge', chargeId }))],
  ['charge.dispute', (object) => withId(object, (disputeId) => ({ kind: 'dispute', disputeId }))],
  ['refund', (object) => withId(object, (refundId) => ({ kind: 'refund', refundId }))],
];

function payer(customerId: string | null, metadata: Json): EventSubject | null {
  if (customerId === null) return null;
  return { kind: 'payer', subscriptionId: null, customerId, organizationId: organizationIn(metadata) };
}

function invoice(object: Json): EventSubject | null {
  const details = asJson(asJson(object.parent).subscription_details);
  const subscriptionId = idOf(details.subscription);
  if (subscriptionId === null) return null;
  const organizationId = organizationIn(asJson(details.metadata));
  return { kind: 'subscription', subscriptionId, customerId: idOf(object.customer), organizationId };
}

function checkout(object: Json): EventSubject | null {
  if (object.mode === 'payment') return payment(paymentIn(asJson(object.metadata)));
  if (object.mode !== 'subscription') return null;
  return withId(object, (sessionId) => ({
    kind: 'checkout',
    sessionId,
    subscriptionId: idOf(object.subscription),
    customerId: idOf(object.customer),
    organizationId: uuidOrNull(object.client_reference_id),
  }));
}

function payment(paymentId: string | null): EventSubject | null {
  return paymentId === null ? null : { kind: 'payment', paymentId };
}

function withId(object: Json, make: (id: string) => EventSubject): EventSubject | null {
  const id = idOf(object.id);
  return id === null ? null : make(id);
}

/** An id, or the id of an object that stands in its place. */
function idOf(value: unknown): string | null {
  const id = typeof value === 'object' && value !== null ? (value as Json).id : value;
  return typeof id === 'string' && id !== '' ? id : null;
}

function asJson(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}
