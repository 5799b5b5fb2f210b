import type { Account } from '../account.ts';
import { newId } from '../identifiers.ts';
import type { PriceRecord } from '../records/catalogue.ts';
import type { LineRecord } from '../records/invoice.ts';
import { type InvoiceItemRecord, newInvoiceItem } from '../records/invoice-item.ts';
import type { SubscriptionItemRecord, SubscriptionRecord } from '../records/subscription.ts';
import type { Period } from './period.ts';
import { fullAmount, type Proration } from './proration.ts';

/** An amount in minor units as people write it: 599 gbp is £5.99. */
export function moneyText(amount: number, currency: string): string {
  return new Intl.NumberFormat('en-GB', { style: 'currency', currency }).format(amount / 100);
}

function dayText(seconds: number): string {
  return new Intl.DateTimeFormat('en-GB', {
    day: '2-digit',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  }).format(seconds * 1000);
}

function pricingOf(price: PriceRecord): NonNullable<LineRecord['pricing']> {
  return {
    type: 'price_details',
    price_details: { price: price.id, product: price.product },
    unit_amount_decimal: price.unit_amount_decimal,
  };
}

function newLine(
  given: Pick<
    LineRecord,
    'amount' | 'currency' | 'description' | 'parent' | 'period' | 'pricing' | 'quantity'
  > &
    Partial<LineRecord>,
): LineRecord {
  return {
    id: newId('il'),
    object: 'line_item',
    discount_amounts: [],
    discountable: true,
    discounts: [],
    invoice: null,
    livemode: false,
    metadata: {},
    pretax_credit_amounts: [],
    quantity_decimal: given.quantity === null ? null : String(given.quantity),
    subscription: null,
    subtotal: given.amount,
    taxes: [],
    ...given,
  };
}

/** The line that bills one subscription item for a period; `free` for a trial. */
export function subscriptionLine(
  account: Account,
  subscription: SubscriptionRecord,
  item: SubscriptionItemRecord,
  period: Period,
  free = false,
): LineRecord {
  const product = account.products.get(item.price.product);
  const unit = moneyText(item.price.unit_amount ?? 0, item.price.currency);
  const name = product?.name ?? item.price.product;
  return newLine({
    amount: free ? 0 : fullAmount(item.price, item.quantity),
    currency: item.price.currency,
    description: free
      ? `Trial period for ${name}`
      : `${item.quantity} × ${name} (at ${unit} / ${item.price.recurring?.interval})`,
    metadata: { ...subscription.metadata },
    parent: {
      invoice_item_details: null,
      subscription_item_details: {
        invoice_item: null,
        proration: false,
        proration_details: { credited_items: null },
        subscription: subscription.id,
        subscription_item: item.id,
      },
      type: 'subscription_item_details',
    },
    period,
    pricing: pricingOf(item.price),
    quantity: item.quantity,
    subscription: subscription.id,
  });
}

/** The invoice item a proration becomes; not yet kept anywhere. */
export function prorationItem(
  account: Account,
  subscription: SubscriptionRecord,
  proration: Proration,
): InvoiceItemRecord {
  const { price, quantity, period } = proration;
  const name = account.products.get(price.product)?.name ?? price.product;
  const time = proration.kind === 'credit' ? 'Unused time' : 'Remaining time';
  return newInvoiceItem(
    {
      amount: proration.amount,
      currency: price.currency,
      customer: subscription.customer,
      description: `${time} on ${quantity} × ${name} after ${dayText(period.start)}`,
      metadata: { ...subscription.metadata },
      parent: {
        type: 'subscription_details',
        subscription_details: { subscription: subscription.id, subscription_item: proration.item },
      },
      period,
      price,
      proration: true,
      proration_details: { credited_items: proration.credited, discount_amounts: [] },
      quantity,
    },
    account.now(),
  );
}

/** The line of an invoice that shows an invoice item. */
export function lineOfInvoiceItem(item: InvoiceItemRecord): LineRecord {
  const source = item.parent?.subscription_details ?? null;
  const credited = item.proration_details?.credited_items;
  const details = {
    proration: item.proration,
    proration_details: {
      credited_items:
        credited?.type === 'invoice_line_items' ? structuredClone(credited.invoice_line_item_details) : null,
    },
    subscription: source?.subscription ?? null,
  };
  return newLine({
    amount: item.amount,
    currency: item.currency,
    description: item.description,
    discountable: item.discountable,
    metadata: item.metadata ?? {},
    parent: source?.subscription_item
      ? {
          invoice_item_details: null,
          subscription_item_details: {
            invoice_item: item.id,
            ...details,
            subscription_item: source.subscription_item,
          },
          type: 'subscription_item_details',
        }
      : {
          invoice_item_details: { invoice_item: item.id, ...details },
          subscription_item_details: null,
          type: 'invoice_item_details',
        },
    period: item.period,
    pricing: item.pricing,
    quantity: item.quantity,
    subscription: details.subscription,
  });
}
