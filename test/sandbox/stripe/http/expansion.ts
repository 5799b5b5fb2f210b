import type { Account } from '../account.ts';
import { listOf } from '../records/list.ts';
import { invalidRequest } from '../refusal.ts';

type Json = Record<string, unknown>;

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function find(account: Account, id: string): object | undefined {
  const collections = [
    account.customers,
    account.subscriptions,
    account.invoices,
    account.paymentIntents,
    account.paymentMethods,
    account.charges,
    account.products,
    account.prices,
    account.checkoutSessions,
    account.refunds,
    account.connectedAccounts,
    account.transfers,
    account.applicationFees,
  ];
  for (const collection of collections) {
    const record = collection.get(id);
    if (record) return record;
  }
  return undefined;
}

/** Attributes that are left out of an object unless they are asked for. */
function includable(account: Account, holder: Json, key: string): unknown {
  const id = String(holder.id);
  switch (`${holder.object}.${key}`) {
    case 'checkout.session.line_items':
      return listOf(account.checkoutPlans.get(id)?.lines ?? [], `/v1/checkout/sessions/${id}/line_items`);
    case 'invoice.payments':
      return listOf(
        account.invoicePayments.all().filter(({ invoice }) => invoice === id),
        `/v1/invoice_payments?invoice=${id}`,
      );
    case 'invoice.confirmation_secret': {
      const payment = account.invoicePayments.all().findLast(({ invoice }) => invoice === id);
      const intent = payment && account.paymentIntents.get(payment.payment.payment_intent);
      return intent ? { client_secret: intent.client_secret, type: 'payment_intent' } : null;
    }
    case 'customer.subscriptions':
      return listOf(
        account.subscriptions
          .newestFirst()
          .filter(({ customer, status }) => customer === id && status !== 'canceled'),
        `/v1/customers/${id}/subscriptions`,
      );
    case 'charge.refunds':
      return listOf(
        account.refunds.newestFirst().filter(({ charge }) => charge === id),
        `/v1/charges/${id}/refunds`,
      );
    default:
      return undefined;
  }
}

function expandAt(account: Account, holder: unknown, path: string[], whole: string): void {
  if (Array.isArray(holder)) {
    for (const entry of holder) expandAt(account, entry, path, whole);
    return;
  }
  const [key, ...rest] = path;
  if (key === undefined || !isJson(holder)) return;
  let value = holder[key];
  if (value === undefined) value = structuredClone(includable(account, holder, key));
  if (value === undefined) {
    throw invalidRequest(`This property cannot be expanded (${whole}).`, { param: 'expand' });
  }
  if (typeof value === 'string') {
    const found = find(account, value);
    if (!found) throw invalidRequest(`This property cannot be expanded (${whole}).`, { param: 'expand' });
    value = structuredClone(found);
  }
  holder[key] = value;
  expandAt(account, value, rest, whole);
}

/** A copy of an answer with the asked-for ids replaced by their objects; at most four levels deep. */
export function expanded(account: Account, answer: object, paths: string[] = []): object {
  const copy = structuredClone(answer);
  for (const path of paths) {
    const keys = path.split('.');
    const levels = keys[0] === 'data' && 'data' in copy ? keys.length - 1 : keys.length;
    if (levels > 4) {
      throw invalidRequest('You cannot expand more than 4 levels of a property.', { param: 'expand' });
    }
    expandAt(account, copy, keys, path);
  }
  return copy;
}
