import { describe, expect, it } from 'vitest';
import { PermanentFailure } from '../../../src/clients/failures.ts';
import { START } from '../../setup/context.ts';
import { useStripeAccount } from './account.ts';

const account = useStripeAccount();
const readAt = new Date('2026-11-23T09:00:00.123Z');

describe('reading a subscription', () => {
  it('says who, what and until when', async () => {
    const { customerId, subscriptionId } = await account.subscribe(3);
    expect(await account.client.readSubscription(subscriptionId, readAt)).toEqual({
      subscriptionId,
      customerId,
      organizationId: null,
      status: 'active',
      quantity: 3,
      seatPrice: 599,
      currency: 'gbp',
      endsAt: null,
      overdue: null,
      periodStartsAt: START,
      periodEndsAt: new Date('2026-12-23T09:00:00.000Z'),
      pending: null,
      invoice: expect.objectContaining({ status: 'paid', amountPaid: 1797, prorationAt: null }),
      readAt,
    });
  });

  it('says that there is none', async () => {
    const reading = account.client.readSubscription('sub_none', readAt);
    await expect(reading).rejects.toMatchObject({ name: 'StripeRefusal', code: 'resource_missing' });
  });

  it('tells the seats from other items by the lookup key, and does not guess without', async () => {
    const { customerId, subscriptionId } = await account.subscribe(3);
    const [seat] = (await account.stripe.prices.list({ active: true })).data;
    const price = {
      product: String(seat?.product),
      currency: 'gbp',
      recurring: { interval: 'month' },
    } as const;
    const one = await account.stripe.prices.create({ ...price, unit_amount: 100 });
    const two = await account.stripe.prices.create({ ...price, unit_amount: 200 });
    await account.stripe.subscriptions.update(subscriptionId, { items: [{ price: one.id, quantity: 9 }] });
    expect(await account.client.readSubscription(subscriptionId, readAt)).toMatchObject({ quantity: 3 });
    const other = await account.stripe.subscriptions.create({
      customer: customerId,
      items: [{ price: one.id }, { price: two.id }],
    });
    expect(await account.client.readSubscription(other.id, readAt)).toMatchObject({
      quantity: 0,
      seatsUnclear: true,
      seatPrice: null,
    });
    const change = { subscriptionId: other.id, quantity: 5, prorationAt: readAt, increase: true };
    await expect(account.client.changeQuantity({ ...change, idempotencyKey: 'k' })).rejects.toThrow(
      PermanentFailure,
    );
  });
});

describe('changing the quantity', () => {
  const change = { prorationAt: START, idempotencyKey: 'seats:1:1' };

  it('charges an increase at once', async () => {
    const { subscriptionId } = await account.subscribe(3);
    account.sandbox.clock.advance({ days: 10 });
    const prorationAt = account.sandbox.clock.now();
    await account.client.changeQuantity({
      ...change,
      subscriptionId,
      quantity: 5,
      prorationAt,
      increase: true,
    });
    const reading = await account.client.readSubscription(subscriptionId, readAt);
    // Two seats for 20 of 30 days: 2 × 599 × 20 / 30 = 798.67.
    expect(reading).toMatchObject({ quantity: 5, invoice: { status: 'paid', amountPaid: 799, prorationAt } });
  });

  it('makes a credit of a decrease', async () => {
    const { customerId, subscriptionId } = await account.subscribe(3);
    await account.client.changeQuantity({ ...change, subscriptionId, quantity: 2, increase: false });
    expect(await account.client.readSubscription(subscriptionId, readAt)).toMatchObject({ quantity: 2 });
    const waiting = account.sandbox.state.pendingInvoiceItems({ customer: customerId });
    expect(waiting.reduce((sum, { amount }) => sum + amount, 0)).toBe(-599);
    expect(account.sandbox.state.invoices({ customer: customerId })).toHaveLength(1);
  });

  it('leaves an unpaid increase pending, with the way to pay and the reason', async () => {
    const { customerId, subscriptionId } = await account.subscribe(3);
    account.sandbox.cards.decline(customerId);
    await account.client.changeQuantity({ ...change, subscriptionId, quantity: 5, increase: true });
    const reading = await account.client.readSubscription(subscriptionId, readAt);
    expect(reading).toMatchObject({
      quantity: 3,
      pending: { quantity: 5, reason: expect.stringContaining('declined') },
      invoice: { status: 'open', amountDue: 1198, url: expect.stringContaining('http') },
    });
  });

  it('says that the bank asks where it does', async () => {
    const { customerId, subscriptionId } = await account.subscribe(3);
    account.sandbox.cards.requireAuthentication(customerId);
    await account.client.changeQuantity({ ...change, subscriptionId, quantity: 5, increase: true });
    const { pending } = await account.client.readSubscription(subscriptionId, readAt);
    expect(pending?.reason).toBe('Your bank asks you to confirm the payment.');
  });

  it('does the same once under one key', async () => {
    const { subscriptionId } = await account.subscribe(3);
    const same = { ...change, subscriptionId, quantity: 5, increase: true };
    await account.client.changeQuantity(same);
    await account.client.changeQuantity(same);
    expect(account.sandbox.state.invoices({ subscription: subscriptionId })).toHaveLength(2);
  });

  it('is withdrawn with its invoice, once or twice', async () => {
    const { customerId, subscriptionId } = await account.subscribe(3);
    account.sandbox.cards.decline(customerId);
    await account.client.changeQuantity({ ...change, subscriptionId, quantity: 5, increase: true });
    const { invoice } = await account.client.readSubscription(subscriptionId, readAt);
    await account.client.withdrawInvoice(String(invoice?.id));
    await account.client.withdrawInvoice(String(invoice?.id));
    expect(await account.client.readSubscription(subscriptionId, readAt)).toMatchObject({ pending: null });
  });
});
