import type Stripe from 'stripe';
import { newId } from '../identifiers.ts';
import type { PriceRecord } from './catalogue.ts';

export type InvoiceItemRecord = Omit<
  Stripe.InvoiceItem,
  | 'customer'
  | 'deleted'
  | 'discounts'
  | 'invoice'
  | 'pricing'
  | 'proration_details'
  | 'quantity_decimal'
  | 'test_clock'
> & {
  customer: string;
  discounts: never[];
  invoice: string | null;
  pricing: {
    type: 'price_details';
    price_details: { price: string; product: string };
    unit_amount_decimal: string | null;
  } | null;
  proration_details?: { credited_items: CreditedItems | null; discount_amounts: never[] };
  quantity_decimal: string;
  test_clock: null;
};

export type CreditedItems =
  | { type: 'invoice_item'; invoice_item: string }
  | {
      type: 'invoice_line_items';
      invoice_line_item_details: { invoice: string; invoice_line_items: string[] };
    };

export function newInvoiceItem(
  given: Pick<InvoiceItemRecord, 'amount' | 'currency' | 'customer'> &
    Partial<InvoiceItemRecord> & { price?: PriceRecord },
  now: number,
): InvoiceItemRecord {
  const { price, ...fields } = given;
  return {
    id: newId('ii'),
    object: 'invoiceitem',
    customer_account: null,
    date: now,
    description: null,
    discountable: !fields.proration,
    discounts: [],
    invoice: null,
    livemode: false,
    metadata: {},
    net_amount: fields.amount,
    parent: null,
    period: { start: now, end: now },
    pricing: price
      ? {
          type: 'price_details',
          price_details: { price: price.id, product: price.product },
          unit_amount_decimal: price.unit_amount_decimal,
        }
      : null,
    proration: false,
    quantity: 1,
    quantity_decimal: String(fields.quantity ?? 1),
    tax_rates: [],
    test_clock: null,
    ...fields,
  };
}
