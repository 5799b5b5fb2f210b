import { describe, expect, it } from 'vitest';
import { PermanentFailure } from '../../../src/clients/failures.ts';
import { setUpPortal } from '../../../src/clients/stripe/portal.ts';
import { useStripeAccount } from './account.ts';

const account = useStripeAccount();
const back = 'https://orgdesk.example/billing/done';
const configurations = async () =>
  (await account.stripe.billingPortal.configurations.list({ limit: 100 })).data;

describe('the billing portal', () => {
  it('lets the Owner see invoices, change the card and cancel, and not the number of seats', async () => {
    expect(await configurations()).toMatchObject([
      {
        active: true,
        metadata: { key: 'orgdesk_portal' },
        features: {
          invoice_history: { enabled: true },
          payment_method_update: { enabled: true },
          customer_update: { enabled: true, allowed_updates: ['email', 'address', 'tax_id'] },
          subscription_cancel: { enabled: true, mode: 'at_period_end' },
          subscription_update: { enabled: false },
        },
      },
    ]);
  });

  it('is set up once, and brought back to what it should be where somebody has changed it', async () => {
    const [present] = await configurations();
    const said: string[] = [];
    await account.stripe.billingPortal.configurations.update(String(present?.id), {
      features: { subscription_cancel: { enabled: true, mode: 'immediately' } },
    });
    for (let time = 0; time < 2; time++) await setUpPortal(account.stripe, (line) => said.push(line));
    expect(await configurations()).toMatchObject([
      { id: present?.id, features: { subscription_cancel: { mode: 'at_period_end' } } },
    ]);
    expect(said).toEqual([
      expect.stringContaining('up to date'),
      expect.stringContaining('is there already'),
    ]);
  });

  it('names our configuration, and says to the operator what to run where there is none', async () => {
    const { customerId } = await account.subscribe(2);
    account.sandbox.dashboard.savePortalSettings();
    const [ours] = (await configurations()).filter(({ metadata }) => metadata?.key === 'orgdesk_portal');
    await account.client.openPortal(customerId, back);
    expect(account.sandbox.requests.matching('POST', '/v1/billing_portal/sessions').at(-1)?.params).toEqual({
      customer: customerId,
      configuration: ours?.id,
      return_url: back,
    });
    await account.stripe.billingPortal.configurations.update(String(ours?.id), { active: false });
    const opening = account.client.openPortal(customerId, back);
    await expect(opening).rejects.toThrow(PermanentFailure);
    await expect(opening).rejects.toThrow('npm run stripe:setup');
  });
});

describe('ending a subscription', () => {
  it('is taken back as often as it is set, and leaves one that is over alone', async () => {
    const { subscriptionId } = await account.subscribe(2);
    const ends = () => account.sandbox.state.subscription(subscriptionId).cancel_at_period_end;
    for (const wanted of [true, true, false, false]) {
      expect(await account.client.setEnding(subscriptionId, wanted)).toBe('set');
      expect(ends()).toBe(wanted);
    }
    account.sandbox.dashboard.cancel(subscriptionId);
    expect(await account.client.setEnding(subscriptionId, true)).toBe('over');
    expect(await account.client.setEnding('sub_never', true)).toBe('over');
  });

  it('for good takes every subscription of the customer, once, and nobody else’s', async () => {
    const { customerId, subscriptionId } = await account.subscribe(2);
    const other = await account.subscribe(2);
    const [price] = (await account.stripe.prices.list({ active: true })).data;
    const items = [{ price: String(price?.id), quantity: 1 }];
    const second = await account.stripe.subscriptions.create({ customer: customerId, items });
    for (let time = 0; time < 2; time++) await account.client.cancelForGood({ customerId, subscriptionId });
    const statusOf = (id: string) => account.sandbox.state.subscription(id).status;
    expect([subscriptionId, second.id, other.subscriptionId].map(statusOf)).toEqual([
      'canceled',
      'canceled',
      'active',
    ]);
    await account.client.cancelForGood({ customerId: 'cus_never', subscriptionId: null });
  });

  it('closes the pages on which a subscription could still be bought', async () => {
    const customer = await account.stripe.customers.create({});
    const request = {
      organizationId: '01a209b9-ddfc-7384-a3fe-ce4bd26be99f',
      customerId: customer.id,
      quantity: 2,
    };
    await account.client.openCheckout({ ...request, requestKey: 'V1', successUrl: back, cancelUrl: back });
    for (let time = 0; time < 2; time++) await account.client.closeCheckouts(customer.id);
    expect(account.sandbox.state.checkoutSessions().map(({ status }) => status)).toEqual(['expired']);
    await account.client.closeCheckouts('cus_never');
  });
});

describe('the double of Stripe', () => {
  it('refuses a portal without a configuration as Stripe does until settings were saved', async () => {
    const { customerId } = await account.subscribe(1);
    await expect(account.stripe.billingPortal.sessions.create({ customer: customerId })).rejects.toThrow(
      'No configuration provided and your test mode default configuration has not been created.',
    );
    account.sandbox.dashboard.savePortalSettings();
    const session = await account.stripe.billingPortal.sessions.create({ customer: customerId });
    expect((await fetch(session.url)).status).toBe(200);
  });
});
