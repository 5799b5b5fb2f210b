import type { Account } from '../account.ts';
import { collectInvoice, settleInvoice } from '../billing/collecting.ts';
import { requireCustomer } from '../billing/customers.ts';
import { draftInvoice, finalizeInvoice, pendingItems } from '../billing/invoicing.ts';
import { requireRoomForInvoice } from '../billing/limits.ts';
import { payInvoice, voidOnRequest } from '../billing/paying.ts';
import { paginate, within } from '../http/pagination.ts';
import {
  boolean,
  currency,
  emptyable,
  expand,
  mergedMetadata,
  metadata,
  moments,
  oneOf,
  pagination,
  text,
  unsimulated,
} from '../http/parameters.ts';
import { pathId, type Route, route } from '../http/route.ts';
import { findPaymentMethod } from '../payments/payment-methods.ts';
import type { InvoiceRecord } from '../records/invoice.ts';
import { listOf } from '../records/list.ts';
import { invalidRequest } from '../refusal.ts';
import { tracked } from '../tracked.ts';

const byPath = (account: Account, path: Record<string, string>): InvoiceRecord =>
  account.invoices.require(pathId(path, 'invoice'), 'invoice', 404);

export const invoiceRoutes: Route[] = [
  route(
    'POST',
    '/v1/invoices',
    {
      auto_advance: boolean().optional(),
      collection_method: oneOf('charge_automatically').optional(),
      currency: currency().optional(),
      customer: text(),
      description: text().optional(),
      expand: expand(),
      metadata: emptyable(metadata()).optional(),
      pending_invoice_items_behavior: oneOf('exclude', 'include').optional(),
      subscription: text().optional(),
    },
    ({ account, params }) => {
      const customer = requireCustomer(account, params.customer, 'customer');
      const subscription =
        params.subscription === undefined
          ? undefined
          : account.subscriptions.require(params.subscription, 'subscription');
      if (subscription) requireRoomForInvoice(account, subscription.id);
      const sweeps = subscription !== undefined || params.pending_invoice_items_behavior === 'include';
      const items = sweeps ? pendingItems(account, customer.id, subscription?.id ?? null) : [];
      if (subscription && items.length === 0) {
        throw invalidRequest('Nothing to invoice for subscription', {
          code: 'invoice_no_subscription_line_items',
        });
      }
      const invoice = draftInvoice(account, {
        customer: customer.id,
        ...(subscription ? { subscription } : {}),
        reason: 'manual',
        currency: params.currency ?? subscription?.currency ?? customer.currency ?? 'gbp',
        lines: [],
        items,
      });
      invoice.auto_advance = params.auto_advance ?? false;
      invoice.description = params.description ?? null;
      invoice.metadata = mergedMetadata({}, params.metadata);
      return invoice;
    },
  ),
  route('GET', '/v1/invoices/:invoice', { expand: expand() }, ({ account, path }) => byPath(account, path)),
  route(
    'POST',
    '/v1/invoices/:invoice',
    {
      auto_advance: boolean().optional(),
      description: text().optional(),
      expand: expand(),
      metadata: emptyable(metadata()).optional(),
    },
    ({ account, path, params }) => {
      const invoice = byPath(account, path);
      return tracked(account, 'invoice.updated', invoice, () => {
        if (params.auto_advance !== undefined) invoice.auto_advance = params.auto_advance;
        if (params.description !== undefined) invoice.description = params.description;
        invoice.metadata = mergedMetadata(invoice.metadata ?? {}, params.metadata);
      });
    },
  ),
  route(
    'POST',
    '/v1/invoices/:invoice/finalize',
    { auto_advance: boolean().optional(), expand: expand() },
    ({ account, path }) => {
      const invoice = finalizeInvoice(account, byPath(account, path));
      if (invoice.amount_due === 0) collectInvoice(account, invoice);
      return invoice;
    },
  ),
  route(
    'POST',
    '/v1/invoices/:invoice/pay',
    {
      expand: expand(),
      off_session: boolean().optional(),
      paid_out_of_band: boolean().optional(),
      payment_method: text().optional(),
      ...unsimulated('forgive', 'mandate', 'source'),
    },
    ({ account, path, params }) => {
      const invoice = byPath(account, path);
      if (params.paid_out_of_band && invoice.status === 'open') {
        settleInvoice(account, invoice, { outOfBand: true });
        return invoice;
      }
      const method =
        params.payment_method === undefined
          ? undefined
          : findPaymentMethod(account, params.payment_method, 'payment_method');
      if (invoice.status === 'draft') finalizeInvoice(account, invoice);
      return payInvoice(account, invoice, method);
    },
  ),
  route('POST', '/v1/invoices/:invoice/void', { expand: expand() }, ({ account, path }) =>
    voidOnRequest(account, byPath(account, path)),
  ),
  route('POST', '/v1/invoices/:invoice/mark_uncollectible', { expand: expand() }, ({ account, path }) => {
    const invoice = byPath(account, path);
    if (invoice.status !== 'open') throw invalidRequest('You can only mark open invoices as uncollectible.');
    invoice.status = 'uncollectible';
    invoice.status_transitions.marked_uncollectible_at = account.now();
    account.clock.clearAlarm(`retry:${invoice.id}`);
    account.emit('invoice.marked_uncollectible', invoice);
    return invoice;
  }),
  route('GET', '/v1/invoices/:invoice/lines', pagination, ({ account, path }) => {
    const invoice = byPath(account, path);
    return listOf(invoice.lines.data, `/v1/invoices/${invoice.id}/lines`);
  }),
  route(
    'GET',
    '/v1/invoices',
    {
      ...pagination,
      collection_method: oneOf('charge_automatically', 'send_invoice').optional(),
      created: moments().optional(),
      customer: text().optional(),
      status: oneOf('draft', 'open', 'paid', 'uncollectible', 'void').optional(),
      subscription: text().optional(),
      ...unsimulated('customer_account', 'due_date'),
    },
    ({ account, params }) =>
      paginate(
        account.invoices,
        (invoice) =>
          params.collection_method !== 'send_invoice' &&
          (params.customer === undefined || invoice.customer === params.customer) &&
          (params.status === undefined || invoice.status === params.status) &&
          (params.subscription === undefined ||
            invoice.parent?.subscription_details?.subscription === params.subscription) &&
          within(params.created, invoice.created),
        params,
        '/v1/invoices',
      ),
  ),
];
