import type { Account } from '../account.ts';
import type { CustomerRecord } from '../records/customer.ts';
import { endSubscription } from './cancellation.ts';

/** A customer that was not deleted, or the refusal for one that was, or never was. */
export function requireCustomer(
  account: Account,
  id: string,
  param: string,
  status: 400 | 404 = 400,
): CustomerRecord {
  const customer = account.customers.require(id, param, status);
  if (customer.deleted) throw account.customers.missing(id, param, status);
  return customer;
}

/** Deletes a customer for good: its subscriptions end at once, its cards are let go. */
export function deleteCustomer(account: Account, customer: CustomerRecord): object {
  for (const subscription of account.subscriptions.all()) {
    if (subscription.customer !== customer.id) continue;
    if (subscription.status === 'canceled' || subscription.status === 'incomplete_expired') continue;
    endSubscription(account, subscription, { reason: 'cancellation_requested' });
  }
  for (const method of account.paymentMethods.all()) {
    if (method.customer === customer.id) method.customer = null;
  }
  account.emit('customer.deleted', customer);
  customer.deleted = true;
  return { id: customer.id, object: 'customer', deleted: true };
}
