import { randomUUID } from 'node:crypto';
import { createStripe } from '../../../src/clients/stripe/client.ts';
import { createPaymentQuestions } from '../../../src/clients/stripe/payment-questions.ts';
import type { TestWorld } from '../../setup/desk.ts';
import { type AskOptions, openWebsite, type Website } from './website.ts';

/** A website whose organization takes payments: its account at Stripe is active, and it sells something. */
export interface Shop extends Website {
  organizationId: string;
  accountId: string;
  productId: string;
  secret: string;
  sell(product: { name?: string; unitAmount?: number; currency?: string; active?: boolean }): Promise<string>;
  /** Begins a payment as the organization's server does. */
  begin(
    changed?: Record<string, unknown>,
    options?: AskOptions & { idempotencyKey?: string },
  ): ReturnType<Website['ask']>;
}

export async function addProduct(
  { context }: Pick<TestWorld, 'context'>,
  organizationId: string,
  { name = 'Blue kettle', unitAmount = 2_599, currency = 'gbp', active = true } = {},
): Promise<string> {
  const id = context.newId();
  const at = context.now();
  await context.database.product.create({
    data: { id, organizationId, name, unitAmount, currency, active, createdAt: at, updatedAt: at },
  });
  return id;
}

/** Connects an account as the Owner's button does, and has its owner come through Stripe's form. */
export async function connectAccount(
  world: Pick<TestWorld, 'context' | 'stripe'>,
  organizationId: string,
  outcome: 'complete' | 'review' | null = 'complete',
): Promise<string> {
  const { context, stripe } = world;
  const client = createStripe({ secretKey: stripe.secretKey, apiBase: stripe.url });
  const again = `${stripe.url}/again`;
  await createPaymentQuestions(context, client, { back: () => again, again }).onboarding(organizationId);
  const { accountId } = await context.database.paymentAccount.findUniqueOrThrow({
    where: { organizationId },
  });
  if (outcome !== null) stripe.dashboard.onboard(accountId, outcome);
  return accountId;
}

export async function openShop(
  world: TestWorld,
  { host = 'shop.example.com', name = 'Harbour Support' } = {},
): Promise<Shop> {
  const website = await openWebsite(world, { host, name });
  const { organizationId } = website.desk;
  const accountId = await connectAccount(world, organizationId);
  await world.settle();
  const productId = await addProduct(world, organizationId);
  const secret = await website.addSecret();
  return {
    ...website,
    organizationId,
    accountId,
    productId,
    secret,
    sell: (product) => addProduct(world, organizationId, product),
    begin: (changed = {}, { idempotencyKey = randomUUID(), headers, ...options } = {}) =>
      website.ask('/payments', {
        origin: null,
        key: null,
        bearer: secret,
        headers: { 'idempotency-key': idempotencyKey, ...headers },
        body: {
          product: productId,
          quantity: 2,
          email: 'cara@customer.example',
          successUrl: `https://${host}/thanks?order=7#top`,
          cancelUrl: `https://${host}/cart`,
          ...changed,
        },
        ...options,
      }),
  };
}

/** What the API said of a payment that was begun. */
export interface Begun {
  payment: { id: string; status: string; amount: number; currency: string };
  url: string | null;
}
