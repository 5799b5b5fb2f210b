import type Stripe from 'stripe';
import { randomText } from '../identifiers.ts';
import type { PriceRecord } from './catalogue.ts';

export type CheckoutSessionRecord = Omit<
  Stripe.Checkout.Session,
  'customer' | 'invoice' | 'line_items' | 'payment_intent' | 'payment_link' | 'setup_intent' | 'subscription'
> & {
  customer: string | null;
  invoice: string | null;
  payment_intent: string | null;
  payment_link: null;
  setup_intent: null;
  subscription: string | null;
};

export type CheckoutLineRecord = Omit<Stripe.LineItem, 'price'> & { price: PriceRecord; quantity: number };

export function newCheckoutSession(
  given: Pick<CheckoutSessionRecord, 'mode'> & Partial<CheckoutSessionRecord>,
  now: number,
): CheckoutSessionRecord {
  return {
    id: `cs_test_${randomText(58)}`,
    object: 'checkout.session',
    adaptive_pricing: null,
    after_expiration: null,
    allow_promotion_codes: null,
    allowed_payment_method_types: null,
    amount_subtotal: null,
    amount_total: null,
    automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    billing_address_collection: null,
    cancel_url: null,
    client_reference_id: null,
    client_secret: null,
    collected_information: null,
    consent: null,
    consent_collection: null,
    created: now,
    currency: null,
    currency_conversion: null,
    custom_fields: [],
    custom_text: {
      after_submit: null,
      shipping_address: null,
      submit: null,
      terms_of_service_acceptance: null,
    },
    customer: null,
    customer_account: null,
    customer_creation: null,
    customer_details: null,
    customer_email: null,
    discounts: [],
    expires_at: now + 86_400,
    integration_identifier: null,
    invoice: null,
    invoice_creation: null,
    livemode: false,
    locale: null,
    managed_payments: null,
    metadata: {},
    origin_context: null,
    payment_intent: null,
    payment_link: null,
    payment_method_collection: 'always',
    payment_method_configuration_details: null,
    payment_method_options: null,
    payment_method_types: ['card'],
    payment_status: 'unpaid',
    permissions: null,
    recovered_from: null,
    saved_payment_method_options: null,
    setup_intent: null,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [],
    status: 'open',
    submit_type: null,
    subscription: null,
    success_url: null,
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: 'hosted_page',
    url: null,
    wallet_options: null,
    ...given,
  };
}
