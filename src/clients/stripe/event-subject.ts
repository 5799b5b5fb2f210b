import { organizationIn, uuidOrNull } from './metadata.ts';

/** What a Stripe event is about. */
export interface EventSubject {
  subscriptionId: string | null;
  customerId: string | null;
  organizationId: string | null;
}

type Json = Record<string, unknown>;

/**
 * What of ours an event may have changed; null where it is about nothing that the product keeps. Only ids are taken from it:
 * events come late, twice and in any order, so what they say of the state is never used.
 */
export function subjectOf(event: unknown): EventSubject | null {
  const { type, data } = asJson(event);
  const object = asJson(asJson(data).object);
  const customerId = idOf(object.customer);
  const organizationId = organizationIn(asJson(object.metadata));
  if (typeof type !== 'string') return null;
  if (type === 'customer.deleted') {
    return { subscriptionId: null, customerId: idOf(object.id), organizationId };
  }
  if (type.startsWith('customer.subscription.')) {
    return { subscriptionId: idOf(object.id), customerId, organizationId };
  }
  if (type.startsWith('invoice.')) {
    const details = asJson(asJson(object.parent).subscription_details);
    const subscriptionId = idOf(details.subscription);
    if (subscriptionId === null) return null;
    return { subscriptionId, customerId, organizationId: organizationIn(asJson(details.metadata)) };
  }
  if (type.startsWith('checkout.session.') && object.mode === 'subscription') {
    const subscriptionId = idOf(object.subscription);
    if (subscriptionId === null) return null;
    return { subscriptionId, customerId, organizationId: uuidOrNull(object.client_reference_id) };
  }
  return null;
}

/** An id, or the id of an object that stands in its place. */
function idOf(value: unknown): string | null {
  const id = typeof value === 'object' && value !== null ? (value as Json).id : value;
  return typeof id === 'string' && id !== '' ? id : null;
}

function asJson(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}
