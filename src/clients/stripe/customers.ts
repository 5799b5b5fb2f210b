import { createHash } from 'node:crypto';
import type Stripe from 'stripe';
import { asking } from './failures.ts';
import { organizationMetadata } from './metadata.ts';

export interface NewCustomer {
  organizationId: string;
  name: string;
  email: string | null;
  /** The one that this one takes the place of; null for the first. */
  instead: string | null;
}

/** Makes a customer; asked again with the same `instead`, it is the same one. */
export async function createCustomer(stripe: Stripe, customer: NewCustomer): Promise<string> {
  const { organizationId, name, email, instead } = customer;
  const idempotencyKey = `customer:${organizationId}:${instead ?? 'first'}:${digest({ name, email })}`;
  const { id } = await asking(() =>
    stripe.customers.create(
      { name, ...(email && { email }), metadata: organizationMetadata(organizationId) },
      { idempotencyKey },
    ),
  );
  return id;
}

function digest(value: object): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 16);
}
