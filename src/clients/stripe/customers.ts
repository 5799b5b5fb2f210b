import { createHash } from 'node:crypto';
import type Stripe from 'stripe';
import { asking, StripeRefusal, StripeStoredFailure } from './failures.ts';
import { organizationMetadata } from './metadata.ts';

export interface NewCustomer {
  organizationId: string;
  name: string;
  email: string | null;
  /** The one that this one takes the place of; null for the first. */
  instead: string | null;
  /** Asks under a key of its own, where Stripe stored a failure under the usual one. */
  requestKey: string;
}

/** Makes a customer; asked again with the same `instead`, it is the same one. */
export async function createCustomer(stripe: Stripe, customer: NewCustomer): Promise<string> {
  const { organizationId, name, email, instead, requestKey } = customer;
  const params = { name, ...(email && { email }), metadata: organizationMetadata(organizationId) };
  const create = (idempotencyKey: string) =>
    asking(() => stripe.customers.create(params, { idempotencyKey }));
  const key = `customer:${organizationId}:${instead ?? 'first'}:${digest(params)}`;
  try {
    return (await create(key)).id;
  } catch (error) {
    if (!(error instanceof StripeStoredFailure)) throw error;
    return (await create(`${key}:${requestKey}`)).id;
  }
}

/** Sets the name and the address that receipts go to, or takes it away; false where the customer was deleted. */
export async function updateCustomer(
  stripe: Stripe,
  customerId: string,
  { name, email }: { name: string; email: string | null },
): Promise<boolean> {
  try {
    await asking(() => stripe.customers.update(customerId, { name, email: email ?? '' }));
    return true;
  } catch (error) {
    if (error instanceof StripeRefusal && error.code === 'resource_missing') return false;
    throw error;
  }
}

function digest(value: object): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 16);
}
