import type Stripe from 'stripe';
import { randomText } from '../identifiers.ts';

export type CustomerRecord = Omit<
  Stripe.Customer,
  'default_source' | 'deleted' | 'discount' | 'invoice_settings' | 'sources' | 'subscriptions' | 'test_clock'
> & {
  default_source: null;
  deleted?: boolean;
  discount: null;
  invoice_prefix: string;
  invoice_settings: {
    custom_fields: null;
    default_payment_method: string | null;
    footer: null;
    rendering_options: null;
  };
  next_invoice_sequence: number;
  test_clock: string | null;
};

export function newCustomer(given: Partial<CustomerRecord>, now: number): CustomerRecord {
  return {
    id: `cus_${randomText(14)}`,
    object: 'customer',
    address: null,
    balance: 0,
    created: now,
    currency: null,
    customer_account: null,
    default_source: null,
    delinquent: false,
    description: null,
    discount: null,
    email: null,
    invoice_prefix: randomText(8).toUpperCase(),
    invoice_settings: {
      custom_fields: null,
      default_payment_method: null,
      footer: null,
      rendering_options: null,
    },
    livemode: false,
    metadata: {},
    name: null,
    next_invoice_sequence: 1,
    phone: null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
    ...given,
  };
}
