import { z } from 'zod';
import type { Account } from '../account.ts';
import { expireCheckout } from '../billing/checkout.ts';
import { requireCustomer } from '../billing/customers.ts';
import { moneyText } from '../billing/lines.ts';
import { requireDestination } from '../connect/destination.ts';
import { paginate, within } from '../http/pagination.ts';
import {
  boolean,
  email,
  expand,
  integer,
  mergedMetadata,
  metadata,
  moments,
  oneOf,
  pagination,
  text,
  timestamp,
  unsimulated,
  url,
} from '../http/parameters.ts';
import { pathId, type Route, route } from '../http/route.ts';
import { type CheckoutSessionRecord, newCheckoutSession } from '../records/checkout-session.ts';
import { listOf } from '../records/list.ts';
import { invalidRequest } from '../refusal.ts';
import { checkoutLines, lineItem } from './checkout-lines.ts';

const createShape = z.strictObject({
  adaptive_pricing: z.strictObject({ enabled: boolean() }).optional(),
  cancel_url: url().optional(),
  client_reference_id: text(200).optional(),
  customer: text().optional(),
  customer_creation: oneOf('always', 'if_required').optional(),
  customer_email: email().optional(),
  expand: expand(),
  expires_at: timestamp().optional(),
  line_items: z.array(lineItem).min(1).max(100),
  locale: text().optional(),
  metadata: metadata().optional(),
  mode: oneOf('payment', 'subscription'),
  payment_intent_data: z
    .strictObject({
      application_fee_amount: integer({ min: 0 }).optional(),
      description: text().optional(),
      metadata: metadata().optional(),
      transfer_data: z.strictObject({ destination: text(), ...unsimulated('amount') }).optional(),
      ...unsimulated('capture_method', 'on_behalf_of', 'setup_future_usage'),
    })
    .optional(),
  payment_method_collection: oneOf('always', 'if_required').optional(),
  submit_type: oneOf('auto', 'book', 'donate', 'pay', 'subscribe').optional(),
  subscription_data: z
    .strictObject({
      description: text(500).optional(),
      metadata: metadata().optional(),
      trial_period_days: integer({ min: 1, max: 730 }).optional(),
      ...unsimulated(
        'application_fee_percent',
        'billing_cycle_anchor',
        'billing_mode',
        'default_tax_rates',
        'invoice_settings',
        'proration_behavior',
        'transfer_data',
        'trial_end',
        'trial_settings',
      ),
    })
    .optional(),
  success_url: url(),
  ui_mode: oneOf('hosted_page').optional(),
  ...unsimulated(
    'after_expiration',
    'allow_promotion_codes',
    'automatic_tax',
    'billing_address_collection',
    'branding_settings',
    'consent_collection',
    'currency',
    'custom_fields',
    'custom_text',
    'customer_update',
    'discounts',
    'invoice_creation',
    'name_collection',
    'payment_method_configuration',
    'payment_method_options',
    'phone_number_collection',
    'return_url',
    'saved_payment_method_options',
    'setup_intent_data',
    'shipping_address_collection',
    'shipping_options',
    'tax_id_collection',
  ),
});

type CreateParams = z.output<typeof createShape>;

function requireConsistent(account: Account, params: CreateParams): void {
  if (params.customer !== undefined && params.customer_email !== undefined) {
    throw invalidRequest('You may only specify one of these parameters: customer, customer_email.', {
      param: 'customer',
    });
  }
  if (params.customer !== undefined) requireCustomer(account, params.customer, 'customer');
  if (params.mode === 'payment' && params.subscription_data) {
    throw invalidRequest('You can not pass `subscription_data` in `payment` mode.', {
      param: 'subscription_data',
    });
  }
  if (params.mode === 'subscription' && params.payment_intent_data) {
    throw invalidRequest('You can not pass `payment_intent_data` in `subscription` mode.', {
      param: 'payment_intent_data',
    });
  }
  if (params.mode === 'subscription' && params.customer_creation) {
    throw invalidRequest('`customer_creation` can only be used in `payment` and `setup` mode.', {
      param: 'customer_creation',
    });
  }
  const { expires_at: expiresAt } = params;
  const now = account.now();
  if (expiresAt !== undefined && (expiresAt < now + 1_800 || expiresAt > now + 86_400)) {
    throw invalidRequest(
      'The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation.',
      { param: 'expires_at' },
    );
  }
}

/** What one payment may come to (docs.stripe.com/currencies#minimum-and-maximum-charge-amounts), and where it may go. */
function requirePayable(account: Account, params: CreateParams, amount: number, currency: string): void {
  const minimum = account.settings.minimumCharge[currency] ?? 50;
  if (amount < minimum) {
    throw invalidRequest(
      `The Checkout Session's total amount due must add up to at least ${moneyText(minimum, currency)}.`,
      { code: 'amount_too_small' },
    );
  }
  if (amount > 99_999_999) {
    throw invalidRequest(
      `The Checkout Session's total amount due must be no more than ${moneyText(99_999_999, currency)}.`,
      { code: 'amount_too_large' },
    );
  }
  requireDestination(account, params.payment_intent_data ?? {}, {
    amount,
    currency,
    prefix: (name) => `payment_intent_data[${name}]`,
  });
}

function createSession(account: Account, params: CreateParams): CheckoutSessionRecord {
  requireConsistent(account, params);
  const lines = checkoutLines(account, params.mode, params.line_items);
  const total = lines.reduce((sum, { amount_total }) => sum + amount_total, 0);
  if (params.mode === 'payment') requirePayable(account, params, total, lines[0]?.currency ?? 'gbp');
  const now = account.now();
  const session = newCheckoutSession(
    {
      amount_subtotal: total,
      amount_total: total,
      cancel_url: params.cancel_url ?? null,
      client_reference_id: params.client_reference_id ?? null,
      currency: lines[0]?.currency ?? null,
      customer: params.customer ?? null,
      customer_creation:
        params.mode === 'subscription'
          ? params.customer
            ? null
            : 'always'
          : (params.customer_creation ?? 'if_required'),
      customer_email: params.customer_email ?? null,
      expires_at: params.expires_at ?? now + 86_400,
      metadata: mergedMetadata({}, params.metadata),
      mode: params.mode,
      success_url: params.success_url,
    },
    now,
  );
  session.url = `${account.baseUrl}/c/pay/${session.id}`;
  account.checkoutSessions.insert(session);
  const { subscription_data: subscription, payment_intent_data: payment } = params;
  account.checkoutPlans.set(session.id, {
    lines,
    subscriptionData: {
      ...(subscription?.metadata ? { metadata: subscription.metadata } : {}),
      ...(subscription?.description ? { description: subscription.description } : {}),
      ...(subscription?.trial_period_days ? { trialDays: subscription.trial_period_days } : {}),
    },
    paymentIntentData: {
      ...(payment?.metadata ? { metadata: payment.metadata } : {}),
      ...(payment?.description ? { description: payment.description } : {}),
      application_fee_amount: payment?.application_fee_amount,
      transfer_data: payment?.transfer_data,
    },
  });
  account.clock.setAlarm(`checkout:${session.id}`, session.expires_at, () => {
    expireCheckout(account, session);
  });
  return session;
}

const byPath = (account: Account, path: Record<string, string>): CheckoutSessionRecord =>
  account.checkoutSessions.require(pathId(path, 'session'), 'session', 404);

export const checkoutSessionRoutes: Route[] = [
  route('POST', '/v1/checkout/sessions', createShape.shape, ({ account, params }) =>
    createSession(account, params),
  ),
  route('GET', '/v1/checkout/sessions/:session', { expand: expand() }, ({ account, path }) =>
    byPath(account, path),
  ),
  route(
    'POST',
    '/v1/checkout/sessions/:session',
    {
      expand: expand(),
      metadata: metadata().optional(),
      ...unsimulated('collected_information', 'line_items', 'shipping_options'),
    },
    ({ account, path, params }) => {
      const session = byPath(account, path);
      session.metadata = mergedMetadata(session.metadata ?? {}, params.metadata);
      return session;
    },
  ),
  route('POST', '/v1/checkout/sessions/:session/expire', { expand: expand() }, ({ account, path }) => {
    const session = byPath(account, path);
    if (session.status === 'open') return expireCheckout(account, session);
    throw invalidRequest(
      `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of \`${session.status}\`.`,
    );
  }),
  route('GET', '/v1/checkout/sessions/:session/line_items', pagination, ({ account, path }) => {
    const session = byPath(account, path);
    return listOf(
      account.checkoutPlans.get(session.id)?.lines ?? [],
      `/v1/checkout/sessions/${session.id}/line_items`,
    );
  }),
  route(
    'GET',
    '/v1/checkout/sessions',
    {
      ...pagination,
      created: moments().optional(),
      customer: text().optional(),
      customer_details: z.strictObject({ email: text() }).optional(),
      payment_intent: text().optional(),
      status: oneOf('complete', 'expired', 'open').optional(),
      subscription: text().optional(),
      ...unsimulated('customer_account', 'payment_link'),
    },
    ({ account, params }) =>
      paginate(
        account.checkoutSessions,
        (session) =>
          (params.customer === undefined || session.customer === params.customer) &&
          (params.customer_details === undefined ||
            session.customer_details?.email === params.customer_details.email) &&
          (params.payment_intent === undefined || session.payment_intent === params.payment_intent) &&
          (params.status === undefined || session.status === params.status) &&
          (params.subscription === undefined || session.subscription === params.subscription) &&
          within(params.created, session.created),
        params,
        '/v1/checkout/sessions',
      ),
  ),
];
