/** £5.99 a seat and month, in pence, the owner's seat included: what a new subscription costs. */
export const SEAT_PRICE_PENCE = 599;

/** What is bought in, until Stripe says otherwise; ISO 4217 in lower case, as Stripe writes it. */
export const DEFAULT_CURRENCY = 'gbp';

const formats = new Map<string, Intl.NumberFormat>();

/**
 * (1797, 'gbp') -> "£17.97", (500, 'jpy') -> "JP¥500": an amount in the currency's smallest unit, as Stripe counts it, with as
 * many digits as ISO 4217 gives the currency.
 */
export function formatMoney(amount: number, currency: string): string {
  let format = formats.get(currency);
  if (!format) {
    format = new Intl.NumberFormat('en-GB', { style: 'currency', currency });
    formats.set(currency, format);
  }
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amount / 10 ** digits);
}

/** 1797 -> "£17.97". Takes whole pence. */
export function formatPence(pence: number): string {
  return formatMoney(pence, DEFAULT_CURRENCY);
}

/** What `seats` cost a month, in the unit of `seatPrice`: by default in whole pence. */
export function monthlyCost(seats: number, seatPrice: number = SEAT_PRICE_PENCE): number {
  return seats * seatPrice;
}
