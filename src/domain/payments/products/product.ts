import { isCurrency, leastAmount, mostAmount } from '../../currency.ts';
import { refuse } from '../../errors.ts';
import { formatMoney, readMoney, typedMoney } from '../../money.ts';

/** Code points at most. */
export const PRODUCT_NAME_LENGTH = 100;

/** What a product is sold as. `unitAmount` is the price of one, in the smallest unit of `currency` (ISO 4217, lower case). */
export interface Offer {
  name: string;
  unitAmount: number;
  currency: string;
}

export interface Product extends Offer {
  id: string;
  /** Whether it can be bought. */
  active: boolean;
}

/** What is selected of a row to make one. */
export const productColumns = {
  id: true,
  name: true,
  unitAmount: true,
  currency: true,
  active: true,
} as const;

/** As somebody types it: the price in whole units of the currency. */
export interface TypedOffer {
  name: string;
  price: string;
  currency: string;
}

const unfit = /[\p{Cs}\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u;
const nothingToSee = /^[\p{Cf}\p{Z}]*$/u;

/**
 * An offer as it is stored. The name is trimmed, in Unicode's composed form, 1-100 code points on one line; how a price is read
 * says `readMoney`.
 * @throws Refusal `text_invalid`, `product_name_length` on `name`; `currency_unknown` on `currency`; `price_form`,
 * `price_range` on `price`.
 */
export function readOffer(input: TypedOffer): Offer {
  const name = readProductName(input.name);
  const currency = input.currency.trim().toLowerCase();
  if (!isCurrency(currency)) throw refuse('currency_unknown').on('currency');
  const unitAmount = readMoney(input.price, currency);
  if (unitAmount === null) {
    // A round number, written as the currency is.
    throw refuse('price_form', { example: typedMoney(120_000, currency) }).on('price');
  }
  const least = leastAmount(currency);
  if (unitAmount < least || unitAmount > mostAmount(currency)) {
    const range = { least: formatMoney(least, currency), most: formatMoney(mostAmount(currency), currency) };
    throw refuse('price_range', range).on('price');
  }
  return { name, unitAmount, currency };
}

function readProductName(input: string): string {
  const name = input.trim().normalize('NFC');
  if (unfit.test(name)) throw refuse('text_invalid').on('name');
  if (nothingToSee.test(name) || [...name].length > PRODUCT_NAME_LENGTH) {
    throw refuse('product_name_length', { most: PRODUCT_NAME_LENGTH }).on('name');
  }
  return name;
}
