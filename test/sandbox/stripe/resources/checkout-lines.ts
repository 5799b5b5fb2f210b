import { z } from 'zod';
import type { Account } from '../account.ts';
import { currency, integer, metadata, oneOf, text, unsimulated, url } from '../http/parameters.ts';
import { newId } from '../identifiers.ts';
import { newPrice, newProduct, type PriceRecord } from '../records/catalogue.ts';
import type { CheckoutLineRecord } from '../records/checkout-session.ts';
import { invalidRequest } from '../refusal.ts';

const priceData = z.strictObject({
  currency: currency(),
  product: text().optional(),
  product_data: z
    .strictObject({
      name: text(),
      description: text().optional(),
      images: z.array(url()).max(8).optional(),
      metadata: metadata().optional(),
      ...unsimulated('tax_code', 'tax_details', 'unit_label'),
    })
    .optional(),
  recurring: z
    .strictObject({
      interval: oneOf('day', 'week', 'month', 'year'),
      interval_count: integer({ min: 1 }).optional(),
    })
    .optional(),
  unit_amount: integer({ min: 0 }),
  ...unsimulated('tax_behavior', 'unit_amount_decimal'),
});

export const lineItem = z.strictObject({
  price: text().optional(),
  price_data: priceData.optional(),
  quantity: integer({ min: 1 }).optional(),
  ...unsimulated('adjustable_quantity', 'dynamic_tax_rates', 'metadata', 'tax_rates'),
});

type LineParams = z.output<typeof lineItem>;

function priceOf(account: Account, line: LineParams, param: string): PriceRecord {
  if (line.price !== undefined) {
    const price = account.prices.require(line.price, `${param}[price]`);
    if (price.active) return price;
    throw invalidRequest('The price specified is inactive. This field only accepts active prices.', {
      param: `${param}[price]`,
    });
  }
  const data = line.price_data;
  if (!data) {
    throw invalidRequest(`Missing required param: ${param}[price].`, {
      param: `${param}[price]`,
      code: 'parameter_missing',
    });
  }
  const now = account.now();
  const product =
    data.product === undefined
      ? account.products.insert(
          newProduct(
            {
              name: data.product_data?.name ?? 'Product',
              active: false,
              description: data.product_data?.description ?? null,
              images: data.product_data?.images ?? [],
              metadata: data.product_data?.metadata ?? {},
            },
            now,
          ),
        )
      : account.products.require(data.product, `${param}[price_data][product]`);
  return account.prices.insert(
    newPrice(
      {
        active: false,
        currency: data.currency,
        product: product.id,
        recurring: data.recurring
          ? {
              interval: data.recurring.interval,
              interval_count: data.recurring.interval_count ?? 1,
              meter: null,
              trial_period_days: null,
              usage_type: 'licensed',
            }
          : null,
        unit_amount: data.unit_amount,
      },
      now,
    ),
  );
}

function requireFit(mode: string, lines: CheckoutLineRecord[]): void {
  const recurring = lines.some(({ price }) => price.recurring);
  if (mode === 'subscription' && !recurring) {
    throw invalidRequest(
      'You must provide at least one recurring price in `subscription` mode when using prices.',
    );
  }
  if (mode === 'payment' && recurring) {
    throw invalidRequest(
      'You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use only ' +
        'one-time prices.',
    );
  }
  if (new Set(lines.map(({ currency: code }) => code)).size > 1) {
    throw invalidRequest('All line items must use the same currency.', { param: 'line_items' });
  }
}

/** The lines of a session, or the refusal for prices that do not fit its mode. */
export function checkoutLines(account: Account, mode: string, requested: LineParams[]): CheckoutLineRecord[] {
  const lines = requested.map((line, index): CheckoutLineRecord => {
    const price = priceOf(account, line, `line_items[${index}]`);
    if (line.quantity === undefined) {
      throw invalidRequest(`Missing required param: line_items[${index}][quantity].`, {
        param: `line_items[${index}][quantity]`,
        code: 'parameter_missing',
      });
    }
    const amount = (price.unit_amount ?? 0) * line.quantity;
    return {
      id: newId('li'),
      object: 'item',
      adjustable_quantity: null,
      amount_discount: 0,
      amount_subtotal: amount,
      amount_tax: 0,
      amount_total: amount,
      currency: price.currency,
      description: account.products.get(price.product)?.name ?? null,
      metadata: {},
      price,
      quantity: line.quantity,
    };
  });
  requireFit(mode, lines);
  return lines;
}
