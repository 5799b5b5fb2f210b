import type { KnownBlock, ModalView } from '@slack/types';
import { formatMoney, typedMoney } from '../../domain/money.ts';
import type { ProductsPage } from '../../domain/payments/products/list-products.ts';
import { MOST_ON_SALE } from '../../domain/payments/products/on-sale.ts';
import { PRODUCT_NAME_LENGTH, type Product } from '../../domain/payments/products/product.ts';
import { button, mrkdwn, plain } from './composition.ts';
import { pagingBlocks } from './paging.ts';
import { codeBlock, escapeText } from './text.ts';
import { count, formatNumber } from './words.ts';

/** The products, ten at a time. `done` says what was just changed. */
export function productsModal(
  { products, total, onSale, page, pages }: ProductsPage,
  { done }: { done?: string } = {},
): ModalView {
  return {
    type: 'modal',
    title: plain('Products'),
    close: plain('Close'),
    blocks: [
      ...(done === undefined ? [] : [{ type: 'section', text: mrkdwn(done) } as const]),
      {
        type: 'section',
        text: mrkdwn(introduction),
        ...(onSale < MOST_ON_SALE && { accessory: button('products.add', 'Add product') }),
      },
      { type: 'context', elements: [plain(countText(total, onSale))] },
      ...products.map(row),
      ...pagingBlocks('products', { page, pages }),
    ],
  };
}

/** The form of a new product; `currency` is what it is likely to be in. */
export function addProductModal({ currency }: { currency: string }): ModalView {
  return {
    type: 'modal',
    callback_id: 'products.add',
    title: plain('Add product'),
    submit: plain('Add'),
    close: plain('Cancel'),
    blocks: inputs({ name: undefined, price: undefined, currency }),
  };
}

/** The form of a product's name and price. It remembers what it showed, so that nobody's newer change is undone by it. */
export function changeProductModal({ id, name, unitAmount, currency }: Product): ModalView {
  return {
    type: 'modal',
    callback_id: 'products.change',
    private_metadata: JSON.stringify({ productId: id, seen: { name, unitAmount, currency } }),
    title: plain('Change product'),
    submit: plain('Save'),
    close: plain('Cancel'),
    blocks: [
      ...inputs({ name, price: typedMoney(unitAmount, currency), currency }),
      {
        type: 'context',
        elements: [
          plain('Payments that were started already keep the name and price that they were started with.'),
        ],
      },
    ],
  };
}

export const addedText = (product: Product) => `${named(product)} is on sale, at ${priceOf(product)}.`;
export const changedText = (product: Product) => `${named(product)} costs ${priceOf(product)}.`;
export const switchedText = (product: Product) =>
  product.active
    ? `${named(product)} is on sale again.`
    : `${named(product)} is off sale. Payments that were started already go on.`;

const introduction =
  'What websites that you authorize can sell. Paste a product’s button into a page that has the plugin; its price stands here alone.';

function inputs(initial: {
  name: string | undefined;
  price: string | undefined;
  currency: string;
}): KnownBlock[] {
  return [
    input(
      'name',
      'Name',
      initial.name,
      'Customers read it on the page on which they pay.',
      2 * PRODUCT_NAME_LENGTH,
    ),
    input('price', 'Price', initial.price, 'Of one, in figures, like 12.50.', 30),
    input(
      'currency',
      'Currency',
      initial.currency.toUpperCase(),
      'Its three letters, like GBP, EUR or JPY. Your Stripe account has to take it.',
      3,
    ),
  ];
}

function input(
  id: string,
  label: string,
  initial: string | undefined,
  hint: string,
  // Slack may count a character as two; the limit itself is the operation's to say.
  most: number,
): KnownBlock {
  return {
    type: 'input',
    block_id: id,
    label: plain(label),
    hint: plain(hint),
    element: {
      type: 'plain_text_input',
      action_id: id,
      max_length: most,
      ...(initial !== undefined && { initial_value: initial }),
    },
  };
}

function countText(total: number, onSale: number): string {
  if (total === 0) return 'There is no product yet.';
  const full = onSale >= MOST_ON_SALE ? ': there can be no more. Take one off sale to add another' : '';
  return `${count(total, 'product')}, ${formatNumber(onSale)} on sale${full}.`;
}

function row(product: Product): KnownBlock {
  const { id, active } = product;
  return {
    type: 'section',
    text: mrkdwn(
      `${named(product)} · ${priceOf(product)}${active ? '' : ' · *off sale*'}\n${codeBlock(buyButton(id))}`,
    ),
    accessory: {
      type: 'overflow',
      action_id: 'products.change',
      options: [
        { text: plain('Change …'), value: `change:${id}` },
        active
          ? { text: plain('Take off sale'), value: `off:${id}` }
          : { text: plain('Put on sale'), value: `on:${id}` },
      ],
    },
  };
}

function buyButton(id: string): string {
  return `<button data-orgdesk-product="${id}">Buy</button>`;
}

function named({ name }: Product): string {
  return `*${escapeText(name)}*`;
}

function priceOf({ unitAmount, currency }: Product): string {
  return formatMoney(unitAmount, currency);
}
