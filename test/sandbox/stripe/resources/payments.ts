import { z } from 'zod';
import type { Account } from '../account.ts';
import { requireCustomer } from '../billing/customers.ts';
import { invoiceOf, payInvoice } from '../billing/paying.ts';
import { paginate, within } from '../http/pagination.ts';
import {
  boolean,
  currency,
  expand,
  integer,
  mergedMetadata,
  metadata,
  moments,
  oneOf,
  pagination,
  text,
  unsimulated,
  url,
} from '../http/parameters.ts';
import { pathId, type Route, route } from '../http/route.ts';
import { attemptPayment } from '../payments/intents.ts';
import { findPaymentMethod } from '../payments/payment-methods.ts';
import { newPaymentIntent, type PaymentIntentRecord } from '../records/payment.ts';
import { invalidRequest, Refusal } from '../refusal.ts';

function confirm(
  account: Account,
  intent: PaymentIntentRecord,
  given: string | undefined,
): PaymentIntentRecord {
  const methodId = given ?? intent.payment_method ?? undefined;
  if (methodId === undefined) {
    throw invalidRequest("You cannot confirm this PaymentIntent because it's missing a payment method.", {
      code: 'payment_intent_unexpected_state',
    });
  }
  const method = findPaymentMethod(account, methodId, 'payment_method');
  const invoice = invoiceOf(account, intent);
  if (invoice) {
    payInvoice(account, invoice, method);
    return intent;
  }
  const outcome = attemptPayment(account, intent, method);
  if (outcome.kind !== 'declined') return intent;
  throw new Refusal(402, {
    type: 'card_error',
    code: outcome.decline.code,
    decline_code: outcome.decline.declineCode,
    message: outcome.decline.message,
    charge: outcome.charge.id,
    payment_intent: intent,
  });
}

export const paymentIntentRoutes: Route[] = [
  route(
    'POST',
    '/v1/payment_intents',
    {
      amount: integer({ min: 1 }),
      currency: currency(),
      automatic_payment_methods: z
        .strictObject({ enabled: boolean(), allow_redirects: oneOf('always', 'never').optional() })
        .optional(),
      confirm: boolean().optional(),
      customer: text().optional(),
      description: text().optional(),
      expand: expand(),
      metadata: metadata().optional(),
      off_session: boolean().optional(),
      payment_method: text().optional(),
      return_url: url().optional(),
      ...unsimulated(
        'application_fee_amount',
        'capture_method',
        'on_behalf_of',
        'setup_future_usage',
        'transfer_data',
      ),
    },
    ({ account, params }) => {
      if (params.customer !== undefined) requireCustomer(account, params.customer, 'customer');
      const minimum = account.settings.minimumCharge[params.currency] ?? 50;
      if (params.amount < minimum) {
        throw invalidRequest(`Amount must be at least ${minimum} in minor units of ${params.currency}.`, {
          code: 'amount_too_small',
          param: 'amount',
        });
      }
      const intent = newPaymentIntent(
        {
          amount: params.amount,
          currency: params.currency,
          customer: params.customer ?? null,
          description: params.description ?? null,
          metadata: mergedMetadata({}, params.metadata),
        },
        account.now(),
      );
      account.paymentIntents.insert(intent);
      account.emit('payment_intent.created', intent);
      if (params.confirm) return confirm(account, intent, params.payment_method);
      intent.payment_method = params.payment_method ?? null;
      return intent;
    },
  ),
  route('GET', '/v1/payment_intents/:intent', { expand: expand() }, ({ account, path }) =>
    account.paymentIntents.require(pathId(path, 'intent'), 'intent', 404),
  ),
  route(
    'POST',
    '/v1/payment_intents/:intent/confirm',
    {
      expand: expand(),
      off_session: boolean().optional(),
      payment_method: text().optional(),
      return_url: url().optional(),
    },
    ({ account, path, params }) => {
      const intent = account.paymentIntents.require(pathId(path, 'intent'), 'intent', 404);
      if (intent.status === 'succeeded' || intent.status === 'canceled') {
        throw invalidRequest(
          `You cannot confirm this PaymentIntent because it has a status of ${intent.status}.`,
          {
            code: 'payment_intent_unexpected_state',
          },
        );
      }
      return confirm(account, intent, params.payment_method);
    },
  ),
  route(
    'GET',
    '/v1/payment_intents',
    { ...pagination, created: moments().optional(), customer: text().optional() },
    ({ account, params }) =>
      paginate(
        account.paymentIntents,
        (intent) =>
          (params.customer === undefined || intent.customer === params.customer) &&
          within(params.created, intent.created),
        params,
        '/v1/payment_intents',
      ),
  ),
  route(
    'GET',
    '/v1/invoice_payments',
    {
      ...pagination,
      invoice: text().optional(),
      // docs.stripe.com/api/invoice-payment/list: the payment that was made, by its type.
      payment: z
        .strictObject({
          type: oneOf('payment_intent'),
          payment_intent: text().optional(),
          ...unsimulated('payment_record'),
        })
        .optional(),
      status: oneOf('canceled', 'open', 'paid').optional(),
      ...unsimulated('created'),
    },
    ({ account, params }) =>
      paginate(
        account.invoicePayments,
        (payment) =>
          (params.invoice === undefined || payment.invoice === params.invoice) &&
          (params.payment?.payment_intent === undefined ||
            payment.payment.payment_intent === params.payment.payment_intent) &&
          (params.status === undefined || payment.status === params.status),
        params,
        '/v1/invoice_payments',
      ),
  ),
];
