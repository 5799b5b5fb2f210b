import { expect, it } from 'vitest';
import { useStripeAccount } from '../../clients/stripe/account.ts';

const account = useStripeAccount();
const idsOf = ({ data }: { data: { id: string }[] }) => data.map(({ id }) => id);

it('lists events of the last 30 days and no older one', async () => {
  const { subscriptionId } = await account.subscribe(1);
  account.sandbox.clock.advance({ days: 20 });
  await account.stripe.subscriptions.update(subscriptionId, { metadata: { note: 'young' } });
  const types = ['customer.subscription.created', 'customer.subscription.updated'];
  const list = async () => (await account.stripe.events.list({ types })).data.map(({ type }) => type);
  expect((await list()).at(0)).toBe('customer.subscription.updated');
  expect((await list()).at(-1)).toBe('customer.subscription.created');
  account.sandbox.clock.advance({ days: 10, seconds: 1 });
  expect(await list()).not.toContain('customer.subscription.created');
  expect(await list()).toContain('customer.subscription.updated');
});

it('takes twenty types of events at most, and not one type beside several', async () => {
  const types = Array.from({ length: 21 }, () => 'invoice.paid');
  await expect(account.stripe.events.list({ types })).rejects.toMatchObject({ statusCode: 400 });
  const both = { type: 'invoice.paid', types: ['invoice.paid'] };
  await expect(account.stripe.events.list(both)).rejects.toMatchObject({ statusCode: 400 });
});

it('lists subscriptions page by page, of one customer, and the ended ones only when asked', async () => {
  const made = [await account.subscribe(1), await account.subscribe(1), await account.subscribe(1)];
  const [first, second, third] = made.map(({ subscriptionId }) => subscriptionId);
  const { subscriptions } = account.stripe;
  const page = await subscriptions.list({ limit: 2 });
  expect([idsOf(page), page.has_more]).toEqual([[third, second], true]);
  const rest = await subscriptions.list({ limit: 2, starting_after: String(second) });
  expect([idsOf(rest), rest.has_more]).toEqual([[first], false]);
  expect(idsOf(await subscriptions.list({ customer: String(made[1]?.customerId) }))).toEqual([second]);
  await subscriptions.cancel(String(first));
  expect(idsOf(await subscriptions.list())).toEqual([third, second]);
  expect(idsOf(await subscriptions.list({ status: 'canceled' }))).toEqual([first]);
  expect(idsOf(await subscriptions.list({ status: 'all' }))).toEqual([third, second, first]);
});
