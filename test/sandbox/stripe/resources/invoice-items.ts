import { z } from 'zod';
import { requireCustomer } from '../billing/customers.ts';
import { paginate, within } from '../http/pagination.ts';
import {
  boolean,
  currency,
  emptyable,
  expand,
  integer,
  mergedMetadata,
  metadata,
  moments,
  pagination,
  text,
  unsimulated,
} from '../http/parameters.ts';
import { pathId, type Route, route } from '../http/route.ts';
import { newInvoiceItem } from '../records/invoice-item.ts';
import { invalidRequest } from '../refusal.ts';

export const invoiceItemRoutes: Route[] = [
  route(
    'POST',
    '/v1/invoiceitems',
    {
      amount: integer().optional(),
      currency: currency().optional(),
      customer: text(),
      description: text().optional(),
      expand: expand(),
      metadata: emptyable(metadata()).optional(),
      pricing: z.strictObject({ price: text().optional() }).optional(),
      quantity: integer({ min: 0 }).optional(),
      subscription: text().optional(),
      ...unsimulated(
        'customer_account',
        'discountable',
        'discounts',
        'invoice',
        'period',
        'price_data',
        'quantity_decimal',
        'tax_behavior',
        'tax_code',
        'tax_rates',
        'unit_amount_decimal',
      ),
    },
    ({ account, params }) => {
      const customer = requireCustomer(account, params.customer, 'customer');
      const price =
        params.pricing?.price === undefined
          ? undefined
          : account.prices.require(params.pricing.price, 'pricing[price]');
      const quantity = params.quantity ?? 1;
      const amount = params.amount ?? (price?.unit_amount ?? 0) * quantity;
      if (params.amount === undefined && !price) {
        throw invalidRequest('Missing required param: amount.', {
          param: 'amount',
          code: 'parameter_missing',
        });
      }
      const subscription =
        params.subscription === undefined
          ? undefined
          : account.subscriptions.require(params.subscription, 'subscription');
      const item = newInvoiceItem(
        {
          amount,
          currency: price?.currency ?? params.currency ?? customer.currency ?? 'gbp',
          customer: customer.id,
          description: params.description ?? null,
          metadata: mergedMetadata({}, params.metadata),
          parent: subscription
            ? { type: 'subscription_details', subscription_details: { subscription: subscription.id } }
            : null,
          quantity,
          ...(price ? { price } : {}),
        },
        account.now(),
      );
      account.invoiceItems.insert(item);
      account.emit('invoiceitem.created', item);
      return item;
    },
  ),
  route('GET', '/v1/invoiceitems/:invoiceitem', { expand: expand() }, ({ account, path }) =>
    account.invoiceItems.require(pathId(path, 'invoiceitem'), 'invoiceitem', 404),
  ),
  route('DELETE', '/v1/invoiceitems/:invoiceitem', {}, ({ account, path }) => {
    const item = account.invoiceItems.require(pathId(path, 'invoiceitem'), 'invoiceitem', 404);
    if (item.invoice !== null) {
      throw invalidRequest('You cannot delete an invoice item that is attached to an invoice.', {
        code: 'invoice_not_editable',
      });
    }
    account.invoiceItems.delete(item.id);
    account.emit('invoiceitem.deleted', item);
    return { id: item.id, object: 'invoiceitem', deleted: true };
  }),
  route(
    'GET',
    '/v1/invoiceitems',
    {
      ...pagination,
      created: moments().optional(),
      customer: text().optional(),
      invoice: text().optional(),
      pending: boolean().optional(),
    },
    ({ account, params }) =>
      paginate(
        account.invoiceItems,
        (item) =>
          (params.customer === undefined || item.customer === params.customer) &&
          (params.invoice === undefined || item.invoice === params.invoice) &&
          (params.pending === undefined || (item.invoice === null) === params.pending) &&
          within(params.created, item.date),
        params,
        '/v1/invoiceitems',
      ),
  ),
];
