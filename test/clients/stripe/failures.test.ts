import { describe, expect, it } from 'vitest';
import { createStripe } from '../../../src/clients/stripe/client.ts';
import { START } from '../../setup/context.ts';
import { useStripeAccount } from './account.ts';

const account = useStripeAccount();
const read = (subscriptionId: string) => account.client.readSubscription(subscriptionId, START);

describe('what goes wrong at Stripe', () => {
  it('too many calls may be tried again, when Stripe says or in half a minute', async () => {
    const { subscriptionId } = await account.subscribe(3);
    account.sandbox.faults.next({ kind: '429' });
    const failure = await read(subscriptionId).catch((error) => error);
    expect(failure).toMatchObject({ name: 'StripeBusy' });
    expect(failure.retryAfter).toBeGreaterThan(0);
  });

  it('a failure that Stripe stores is known as such', async () => {
    const { subscriptionId } = await account.subscribe(3);
    account.sandbox.faults.next({ kind: '500-stored', method: 'POST', path: '/v1/subscriptions/*' });
    const change = { subscriptionId, quantity: 5, prorationAt: START, increase: true };
    const call = () => account.client.changeQuantity({ ...change, idempotencyKey: 'k1' });
    await expect(call()).rejects.toMatchObject({ name: 'StripeStoredFailure' });
    await expect(call()).rejects.toMatchObject({ name: 'StripeStoredFailure' });
    await account.client.changeQuantity({ ...change, idempotencyKey: 'k2' });
  });

  it('a key used for something else is like a stored failure: only another key helps', async () => {
    const { subscriptionId } = await account.subscribe(3);
    const change = { subscriptionId, prorationAt: START, increase: true, idempotencyKey: 'k1' };
    await account.client.changeQuantity({ ...change, quantity: 5 });
    const call = account.client.changeQuantity({ ...change, quantity: 6 });
    await expect(call).rejects.toMatchObject({ name: 'StripeStoredFailure' });
  });

  it('a key under way elsewhere may be tried again at once', async () => {
    const { subscriptionId } = await account.subscribe(3);
    account.sandbox.settings.latencyMs = 200;
    const change = { subscriptionId, quantity: 5, prorationAt: START, increase: true, idempotencyKey: 'k1' };
    const outcomes = await Promise.allSettled([
      account.client.changeQuantity(change),
      account.client.changeQuantity(change),
    ]);
    const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    expect(failures).toMatchObject([{ name: 'RetryableFailure', retryAfter: 1 }]);
  });

  it('silence may be tried again', async () => {
    const { subscriptionId } = await account.subscribe(3);
    account.sandbox.faults.next({ kind: 'drop-before', times: 2 });
    await expect(read(subscriptionId)).rejects.toMatchObject({ name: 'RetryableFailure' });
  });

  it('a server that is not there may be tried again', async () => {
    const client = createStripe({ secretKey: 'sk_test_1', apiBase: 'http://127.0.0.1:9' });
    await expect(client.readSubscription('sub_1', START)).rejects.toMatchObject({ name: 'RetryableFailure' });
  });

  it('a wrong key is final, and no part of it is told', async () => {
    const client = createStripe({ secretKey: 'sk_test_wrong_key_1234', apiBase: account.sandbox.url });
    const failure = await client.readSubscription('sub_1', START).catch((error) => error);
    expect(failure).toMatchObject({ name: 'StripeKeyRefused' });
    expect(JSON.stringify(failure) + failure.message + String(failure.cause)).not.toMatch(/1234|sk_test/);
  });

  it('a subscription without a card is refused with a sentence for the payer', async () => {
    const { customerId, subscriptionId } = await account.subscribe(3);
    const methods = await account.stripe.paymentMethods.list({ customer: customerId });
    for (const { id } of methods.data) await account.stripe.paymentMethods.detach(id);
    const call = account.client.changeQuantity({
      subscriptionId,
      quantity: 5,
      prorationAt: START,
      increase: true,
      idempotencyKey: 'k1',
    });
    await expect(call).rejects.toMatchObject({
      name: 'StripeRefusal',
      forPayer: 'There is no card on file at Stripe.',
    });
  });
});
