import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SEAT_PRICE_PENCE } from '../../src/domain/money.ts';
import { until } from '../jobs/until.ts';
import { cards, openStripeAccount, type StripeAccount, type Subscribed } from './account.ts';
import { stripeAccounts } from './which-accounts.ts';

// Stripe takes minutes to move a test clock over a renewal.
const PATIENCE = { timeout: 600_000 };

describe.each(await stripeAccounts())('on $name', PATIENCE, ({ options, begin }) => {
  let account: StripeAccount;
  const read = ({ subscriptionId }: Subscribed) =>
    account.client.readSubscription(subscriptionId, new Date());
  const change = (
    { subscriptionId }: Subscribed,
    quantity: number,
    { increase = true, key = account.newKey(), prorationAt = account.now() } = {},
  ) =>
    account.client.changeQuantity({ subscriptionId, quantity, prorationAt, increase, idempotencyKey: key });
  const invoicesOf = async ({ subscriptionId }: Subscribed) =>
    (await account.stripe.invoices.list({ subscription: subscriptionId, limit: 100 })).data;

  beforeAll(async () => {
    account = await openStripeAccount(options, begin);
  }, 600_000);
  afterAll(async () => {
    await account?.close();
  }, 600_000);

  it('a subscription is read as it was bought', async () => {
    const bought = await account.subscribe(3);
    expect(await read(bought)).toMatchObject({
      ...bought,
      status: 'active',
      quantity: 3,
      seatPrice: SEAT_PRICE_PENCE,
      currency: 'gbp',
      endsAt: null,
      overdue: null,
      pending: null,
      invoice: { status: 'paid', amountPaid: 3 * SEAT_PRICE_PENCE, prorationAt: null },
    });
  });

  it('what a preview says of an increase is what is charged, and the seats are there at once', async () => {
    const bought = await account.subscribe(3);
    await account.advance({ days: 10 });
    const prorationAt = account.now();
    const preview = await account.client.previewChange(bought.subscriptionId, 5, prorationAt);
    expect(preview).toMatchObject({ newMonthlyTotal: 5 * SEAT_PRICE_PENCE, currency: 'gbp' });
    // Ten days of a month of 28 to 31 are over.
    expect(preview.amountDue).toBeGreaterThan(2 * SEAT_PRICE_PENCE * 0.64);
    expect(preview.amountDue).toBeLessThan(2 * SEAT_PRICE_PENCE * 0.68);
    await change(bought, 5, { prorationAt });
    const { quantity, invoice } = await read(bought);
    expect(quantity).toBe(5);
    expect(invoice).toMatchObject({ status: 'paid', amountPaid: preview.amountDue, prorationAt });
  });

  it('a decrease takes no money, and is credited on the next invoice', async () => {
    const bought = await account.subscribe(5);
    await account.advance({ days: 10 });
    const preview = await account.client.previewChange(bought.subscriptionId, 2, account.now());
    expect(preview.amountDue).toBeLessThan(0);
    await change(bought, 2, { increase: false });
    expect((await read(bought)).quantity).toBe(2);
    expect(await invoicesOf(bought)).toHaveLength(1);
    await account.advance({ days: 22 });
    const [renewal] = await invoicesOf(bought);
    expect(renewal?.total).toBe(2 * SEAT_PRICE_PENCE + preview.amountDue);
  });

  it('a declined increase waits, with the reason, and can be withdrawn', async () => {
    const bought = await account.subscribe(3);
    await account.useCard(bought.customerId, cards.declined);
    await change(bought, 5);
    const held = await read(bought);
    expect(held).toMatchObject({ status: 'active', quantity: 3, pending: { quantity: 5 } });
    expect(held.pending?.reason).toContain('declined');
    expect(held.invoice).toMatchObject({ status: 'open' });
    await account.client.withdrawInvoice(String(held.invoice?.id));
    expect(await read(bought)).toMatchObject({ status: 'active', quantity: 3, pending: null });
    // Once more is no error.
    await account.client.withdrawInvoice(String(held.invoice?.id));
  });

  // The double believes so; Stripe's documents do not say. Were it otherwise, a renewal would be less by that credit.
  it('a credit goes with the invoice that it was put on, when that one is withdrawn', async () => {
    const bought = await account.subscribe(5);
    await account.advance({ days: 10 });
    await change(bought, 2, { increase: false });
    await account.useCard(bought.customerId, cards.declined);
    await change(bought, 9);
    const { invoice } = await read(bought);
    await account.client.withdrawInvoice(String(invoice?.id));
    await account.useCard(bought.customerId, cards.good);
    await account.advance({ days: 22 });
    const [renewal] = await invoicesOf(bought);
    expect(renewal?.total).toBe(2 * SEAT_PRICE_PENCE);
  });

  it('an increase whose bank asks waits for the answer, and comes with a card that does not ask', async () => {
    const bought = await account.subscribe(3);
    await account.useCard(bought.customerId, cards.asksBank);
    await change(bought, 4);
    const held = await read(bought);
    expect(held).toMatchObject({ status: 'active', quantity: 3, pending: { quantity: 4 } });
    expect(held.pending?.reason).toContain('bank');
    await account.useCard(bought.customerId, cards.good);
    await account.stripe.invoices.pay(String(held.invoice?.id));
    expect(await read(bought)).toMatchObject({ quantity: 4, pending: null, invoice: { status: 'paid' } });
  });

  it('the same key twice is one change; with another wish it is refused', async () => {
    const bought = await account.subscribe(3);
    const again = { key: account.newKey(), prorationAt: account.now() };
    await change(bought, 4, again);
    await change(bought, 4, again);
    expect(await invoicesOf(bought)).toHaveLength(2);
    await expect(change(bought, 5, again)).rejects.toMatchObject({ name: 'StripeStoredFailure' });
    expect((await read(bought)).quantity).toBe(4);
  });

  it('the number that is there already costs nothing, whatever the key', async () => {
    const bought = await account.subscribe(3);
    await change(bought, 4);
    await change(bought, 4);
    expect(await invoicesOf(bought)).toHaveLength(2);
  });

  it('an end with the period is seen, and taken back', async () => {
    const bought = await account.subscribe(3);
    expect(await account.client.setEnding(bought.subscriptionId, true)).toBe('set');
    const ending = await read(bought);
    expect(ending.endsAt).toEqual(ending.periodEndsAt);
    expect(await account.client.setEnding(bought.subscriptionId, false)).toBe('set');
    expect((await read(bought)).endsAt).toBeNull();
  });

  it('the billing portal opens for a customer', async () => {
    const { customerId } = await account.subscribe(1);
    expect(await account.client.openPortal(customerId, 'https://orgdesk.example/back')).toMatch(/^https?:/);
  });

  it('what changed is in the list of events', async () => {
    const since = new Date(Math.min(Date.now(), account.now().getTime()) - 60_000);
    const bought = await account.subscribe(2);
    await change(bought, 3);
    const to = new Date(Math.max(Date.now(), account.now().getTime()) + 3_600_000);
    await until(async () => {
      for (let after: string | null = null; ; ) {
        const page = await account.client.listEvents({ since, until: to, after });
        if (page.items.some(({ body }) => tellsOf(body, bought.subscriptionId))) return true;
        if (page.next === null) return false;
        after = page.next;
      }
    });
  });

  it('what cannot be done is refused by its name', async () => {
    const nobody = account.client.readSubscription('sub_none', new Date());
    await expect(nobody).rejects.toMatchObject({ name: 'StripeRefusal', code: 'resource_missing' });
    const bought = await account.subscribe(1);
    const longAgo = new Date(account.now().getTime() - 40 * 86_400_000);
    await expect(change(bought, 2, { prorationAt: longAgo })).rejects.toMatchObject({
      name: 'StripeRefusal',
    });
    expect(await invoicesOf(bought)).toHaveLength(1);
  });

  it('more invoices than Stripe makes of a subscription in a minute are refused as busy', async () => {
    const bought = await account.subscribe(1);
    const many = async () => {
      for (let quantity = 2; quantity <= 13; quantity++) await change(bought, quantity);
    };
    await expect(many()).rejects.toMatchObject({ name: 'StripeBusy' });
    const { quantity } = await read(bought);
    expect(await invoicesOf(bought)).toHaveLength(quantity);
  });
});

it('a key that could move real money is refused', async () => {
  const options = { secretKey: 'sk_live_51', apiBase: 'http://127.0.0.1:9' };
  await expect(openStripeAccount(options, new Date())).rejects.toThrow('no key of test mode');
});

function tellsOf(body: Uint8Array, subscriptionId: string): boolean {
  const event = JSON.parse(Buffer.from(body).toString()) as {
    type: string;
    data: { object: { id: string } };
  };
  return event.type === 'customer.subscription.updated' && event.data.object.id === subscriptionId;
}
