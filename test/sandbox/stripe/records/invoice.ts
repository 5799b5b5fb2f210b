import type Stripe from 'stripe';
import { newId } from '../identifiers.ts';
import type { CustomerRecord } from './customer.ts';
import { type ListRecord, listOf } from './list.ts';

export type LineRecord = Omit<
  Stripe.InvoiceLineItem,
  'discounts' | 'pricing' | 'quantity_decimal' | 'subscription' | 'pretax_credit_amounts' | 'discount_amounts'
> & {
  discount_amounts: never[];
  discounts: never[];
  pretax_credit_amounts: never[];
  pricing: {
    type: 'price_details';
    price_details: { price: string; product: string };
    unit_amount_decimal: string | null;
  } | null;
  quantity_decimal: string | null;
  subscription: string | null;
};

export type InvoiceParentRecord = {
  quote_details: null;
  subscription_details: {
    metadata: Record<string, string> | null;
    subscription: string;
    subscription_proration_date?: number;
  } | null;
  type: 'subscription_details';
};

export type InvoiceRecord = Omit<
  Stripe.Invoice,
  | 'application'
  | 'customer'
  | 'default_payment_method'
  | 'default_source'
  | 'deleted'
  | 'discounts'
  | 'latest_revision'
  | 'lines'
  | 'on_behalf_of'
  | 'parent'
  | 'payments'
  | 'confirmation_secret'
  | 'test_clock'
  | 'total_discount_amounts'
  | 'total_pretax_credit_amounts'
> & {
  application: null;
  customer: string;
  default_payment_method: string | null;
  default_source: null;
  discounts: never[];
  latest_revision: null;
  lines: ListRecord<LineRecord>;
  on_behalf_of: null;
  parent: InvoiceParentRecord | null;
  test_clock: null;
  total_discount_amounts: never[];
  total_pretax_credit_amounts: never[];
};

export function newInvoice(
  customer: CustomerRecord,
  given: Partial<InvoiceRecord> & Pick<InvoiceRecord, 'billing_reason' | 'currency'>,
  lines: LineRecord[],
  now: number,
): InvoiceRecord {
  const id = given.id ?? newId('in');
  const subtotal = lines.reduce((sum, line) => sum + line.amount, 0);
  return {
    id,
    object: 'invoice',
    account_country: 'GB',
    account_name: 'Orgdesk (sandbox)',
    account_tax_ids: null,
    amount_due: Math.max(0, subtotal),
    amount_overpaid: 0,
    amount_paid: 0,
    amount_remaining: Math.max(0, subtotal),
    amount_shipping: 0,
    application: null,
    attempt_count: 0,
    attempted: false,
    auto_advance: true,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null, provider: null, status: null },
    automatically_finalizes_at: null,
    collection_method: 'charge_automatically',
    created: now,
    custom_fields: null,
    customer: customer.id,
    customer_account: null,
    customer_address: customer.address ?? null,
    customer_email: customer.email,
    customer_name: customer.name ?? null,
    customer_phone: customer.phone ?? null,
    customer_shipping: null,
    customer_tax_exempt: 'none',
    customer_tax_ids: [],
    default_payment_method: null,
    default_source: null,
    default_tax_rates: [],
    description: null,
    discounts: [],
    due_date: null,
    effective_at: null,
    ending_balance: null,
    footer: null,
    from_invoice: null,
    hosted_invoice_url: null,
    invoice_pdf: null,
    issuer: { type: 'self' },
    last_finalization_error: null,
    latest_revision: null,
    lines: listOf(
      lines.map((line) => ({ ...line, invoice: id })),
      `/v1/invoices/${id}/lines`,
    ),
    livemode: false,
    metadata: {},
    next_payment_attempt: null,
    number: null,
    on_behalf_of: null,
    parent: null,
    payment_settings: { default_mandate: null, payment_method_options: null, payment_method_types: null },
    period_end: now,
    period_start: now,
    post_payment_credit_notes_amount: 0,
    pre_payment_credit_notes_amount: 0,
    receipt_number: null,
    rendering: null,
    shipping_cost: null,
    shipping_details: null,
    starting_balance: 0,
    statement_descriptor: null,
    status: 'draft',
    status_transitions: { finalized_at: null, marked_uncollectible_at: null, paid_at: null, voided_at: null },
    subtotal,
    subtotal_excluding_tax: subtotal,
    test_clock: null,
    total: subtotal,
    total_discount_amounts: [],
    total_excluding_tax: subtotal,
    total_pretax_credit_amounts: [],
    total_taxes: [],
    webhooks_delivered_at: null,
    ...given,
  };
}
