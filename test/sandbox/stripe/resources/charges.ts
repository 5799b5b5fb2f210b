import { paginate, within } from '../http/pagination.ts';
import {
  boolean,
  emptyable,
  expand,
  integer,
  mergedMetadata,
  metadata,
  moments,
  oneOf,
  pagination,
  text,
  unsimulated,
} from '../http/parameters.ts';
import { pathId, type Route, route } from '../http/route.ts';
import { refundCharge } from '../payments/refunding.ts';
import { invalidRequest } from '../refusal.ts';

export const chargeRoutes: Route[] = [
  route('GET', '/v1/charges/:charge', { expand: expand() }, ({ account, path }) =>
    account.charges.require(pathId(path, 'charge'), 'charge', 404),
  ),
  route(
    'GET',
    '/v1/charges',
    {
      ...pagination,
      created: moments().optional(),
      customer: text().optional(),
      payment_intent: text().optional(),
    },
    ({ account, params }) =>
      paginate(
        account.charges,
        (charge) =>
          (params.customer === undefined || charge.customer === params.customer) &&
          (params.payment_intent === undefined || charge.payment_intent === params.payment_intent) &&
          within(params.created, charge.created),
        params,
        '/v1/charges',
      ),
  ),
  route(
    'POST',
    '/v1/refunds',
    {
      amount: integer({ min: 1 }).optional(),
      charge: text().optional(),
      expand: expand(),
      metadata: emptyable(metadata()).optional(),
      payment_intent: text().optional(),
      reason: oneOf('duplicate', 'fraudulent', 'requested_by_customer').optional(),
      refund_application_fee: boolean().optional(),
      reverse_transfer: boolean().optional(),
      ...unsimulated('currency', 'customer', 'instructions_email', 'origin'),
    },
    ({ account, params }) => {
      if (params.charge === undefined && params.payment_intent === undefined) {
        throw invalidRequest(
          'One of the following params should be provided for this request: payment_intent or charge.',
        );
      }
      const intent =
        params.payment_intent === undefined
          ? undefined
          : account.paymentIntents.require(params.payment_intent, 'payment_intent');
      const charge = account.charges.require(params.charge ?? intent?.latest_charge ?? '', 'charge');
      return refundCharge(account, charge, {
        metadata: mergedMetadata({}, params.metadata),
        ...(params.amount === undefined ? {} : { amount: params.amount }),
        ...(params.reason === undefined ? {} : { reason: params.reason }),
        reverseTransfer: params.reverse_transfer ?? false,
        refundFee: params.refund_application_fee ?? false,
      });
    },
  ),
  route('GET', '/v1/refunds/:refund', { expand: expand() }, ({ account, path }) =>
    account.refunds.require(pathId(path, 'refund'), 'refund', 404),
  ),
  route(
    'GET',
    '/v1/refunds',
    {
      ...pagination,
      charge: text().optional(),
      created: moments().optional(),
      payment_intent: text().optional(),
    },
    ({ account, params }) =>
      paginate(
        account.refunds,
        (refund) =>
          (params.charge === undefined || refund.charge === params.charge) &&
          (params.payment_intent === undefined || refund.payment_intent === params.payment_intent) &&
          within(params.created, refund.created),
        params,
        '/v1/refunds',
      ),
  ),
  route('GET', '/v1/disputes/:dispute', { expand: expand() }, ({ account, path }) =>
    account.disputes.require(pathId(path, 'dispute'), 'dispute', 404),
  ),
];
