import { z } from 'zod';
import { requireCustomer } from '../billing/customers.ts';
import { paginate } from '../http/pagination.ts';
import {
  emptyable,
  expand,
  mergedMetadata,
  metadata,
  oneOf,
  pagination,
  text,
  unsimulated,
} from '../http/parameters.ts';
import { pathId, type Route, route } from '../http/route.ts';
import { attachPaymentMethod, createPaymentMethod, findPaymentMethod } from '../payments/payment-methods.ts';
import { cardByToken } from '../payments/test-cards.ts';
import { invalidRequest, noSuch, Refusal } from '../refusal.ts';
import { tracked } from '../tracked.ts';

export const paymentMethodRoutes: Route[] = [
  route(
    'POST',
    '/v1/payment_methods',
    {
      type: oneOf('card'),
      card: z.strictObject({
        token: text().optional(),
        number: text().optional(),
        exp_month: text().optional(),
        exp_year: text().optional(),
        cvc: text().optional(),
      }),
      expand: expand(),
      ...unsimulated('billing_details', 'customer', 'metadata', 'allow_redisplay'),
    },
    ({ account, params }) => {
      if (params.card.number !== undefined) {
        throw new Refusal(402, {
          type: 'invalid_request_error',
          message:
            'Sending credit card numbers directly to the Stripe API is generally unsafe. We suggest you use test tokens ' +
            'that map to the test card you are using, see https://stripe.com/docs/testing.',
        });
      }
      const card = cardByToken(params.card.token ?? '');
      if (!card) throw noSuch('token', params.card.token ?? '', 'card[token]');
      return createPaymentMethod(account, card);
    },
  ),
  route('GET', '/v1/payment_methods/:payment_method', { expand: expand() }, ({ account, path }) =>
    account.paymentMethods.require(pathId(path, 'payment_method'), 'payment_method', 404),
  ),
  route(
    'POST',
    '/v1/payment_methods/:payment_method',
    {
      expand: expand(),
      metadata: emptyable(metadata()).optional(),
      ...unsimulated('billing_details', 'card', 'allow_redisplay'),
    },
    ({ account, path, params }) => {
      const method = account.paymentMethods.require(pathId(path, 'payment_method'), 'payment_method', 404);
      return tracked(account, 'payment_method.updated', method, () => {
        method.metadata = mergedMetadata(method.metadata ?? {}, params.metadata);
      });
    },
  ),
  route(
    'POST',
    '/v1/payment_methods/:payment_method/attach',
    { customer: text(), expand: expand() },
    ({ account, path, params }) => {
      const customer = requireCustomer(account, params.customer, 'customer');
      const method = findPaymentMethod(account, pathId(path, 'payment_method'), 'payment_method');
      return attachPaymentMethod(account, method, customer.id);
    },
  ),
  route('POST', '/v1/payment_methods/:payment_method/detach', { expand: expand() }, ({ account, path }) => {
    const method = account.paymentMethods.require(pathId(path, 'payment_method'), 'payment_method', 404);
    const owner = method.customer;
    if (owner === null) {
      throw invalidRequest(
        'The payment method you provided is not attached to a customer so detachment is impossible.',
      );
    }
    method.customer = null;
    const customer = account.customers.get(owner);
    if (customer?.invoice_settings.default_payment_method === method.id) {
      customer.invoice_settings.default_payment_method = null;
    }
    for (const subscription of account.subscriptions.all()) {
      if (subscription.default_payment_method === method.id) subscription.default_payment_method = null;
    }
    account.emit('payment_method.detached', method, { customer: owner });
    return method;
  }),
  route(
    'GET',
    '/v1/payment_methods',
    { ...pagination, customer: text(), type: oneOf('card').optional(), ...unsimulated('allow_redisplay') },
    ({ account, params }) => {
      requireCustomer(account, params.customer, 'customer');
      return paginate(
        account.paymentMethods,
        (method) => method.customer === params.customer,
        params,
        '/v1/payment_methods',
      );
    },
  ),
  route(
    'GET',
    '/v1/customers/:customer/payment_methods',
    { ...pagination, type: oneOf('card').optional(), ...unsimulated('allow_redisplay') },
    ({ account, path, params }) => {
      const customer = requireCustomer(account, pathId(path, 'customer'), 'customer', 404);
      const url = `/v1/customers/${customer.id}/payment_methods`;
      return paginate(account.paymentMethods, (method) => method.customer === customer.id, params, url);
    },
  ),
];
