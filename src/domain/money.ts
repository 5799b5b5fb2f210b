import { decimalsOf, stepOf } from './currency.ts';

/** £5.99 a seat and month, in pence, the owner's seat included: what a new subscription costs. */
export const SEAT_PRICE_PENCE = 599;

/** What is bought in, until Stripe says otherwise; ISO 4217 in lower case, as Stripe writes it. */
export const DEFAULT_CURRENCY = 'gbp';

const formats = new Map<string, Intl.NumberFormat>();

/**
 * (1797, 'gbp') -> "£17.97", (500, 'jpy') -> "JP¥500": an amount in the currency's smallest unit, as Stripe counts it, with as
 * many digits as Stripe gives the currency.
 */
export function formatMoney(amount: number, currency: string): string {
  const format = formatOf(currency, decimalsShown(amount, currency));
  return format.format(amount / 10 ** decimalsOf(currency));
}

/** (1797, 'gbp') -> "17.97", (500, 'jpy') -> "500": as somebody would type it who knows which currency is meant. */
export function typedMoney(amount: number, currency: string): string {
  return (amount / 10 ** decimalsOf(currency)).toFixed(decimalsShown(amount, currency));
}

/** More digits no amount at Stripe has. */
const MOST_DIGITS = 9;

/**
 * ("17.97", 'gbp') -> 1797, ("£1,250", 'gbp') -> 125000, ("500", 'jpy') -> 500: what somebody typed in whole units of the
 * currency, with its sign or without, in its smallest unit. A comma is taken for a decimal point where it cannot stand between
 * thousands. Null for what is no such amount, also where it has more decimals than the currency, or ones that Stripe does not take of
 * it; and for "1,250" in a currency of three decimals, which could mean either.
 */
export function readMoney(text: string, currency: string): number | null {
  const typed = text
    .normalize('NFKC')
    .trim()
    .replace(/^(?:[A-Za-z]{0,3}\s*\p{Sc}|[A-Za-z]{3})\s*|\s*(?:\p{Sc}|[A-Za-z]{3})$/gu, '');
  const grouped = /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(typed);
  const thousands = grouped ? typed.replaceAll(',', '') : typed;
  const [, whole, fraction = ''] = /^(\d+)(?:[.,](\d+))?$/.exec(thousands) ?? [];
  const decimals = decimalsOf(currency);
  if (whole === undefined || whole.length > MOST_DIGITS || fraction.length > decimals) return null;
  if (decimals === 3 && /^\d+,\d{3}$/.test(typed)) return null;
  const amount = Number(whole + fraction.padEnd(decimals, '0'));
  return amount % stepOf(currency) === 0 ? amount : null;
}

/** What is in whole units always is shown so; were it not once, nothing is hidden. */
function decimalsShown(amount: number, currency: string): number {
  return stepOf(currency) === 100 && amount % 100 === 0 ? 0 : decimalsOf(currency);
}

function formatOf(currency: string, decimals: number): Intl.NumberFormat {
  const key = `${currency}${decimals}`;
  let format = formats.get(key);
  if (!format) {
    const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
    format = new Intl.NumberFormat('en-GB', { style: 'currency', currency, ...digits });
    formats.set(key, format);
  }
  return format;
}

/** 1797 -> "£17.97". Takes whole pence. */
export function formatPence(pence: number): string {
  return formatMoney(pence, DEFAULT_CURRENCY);
}

/** What `seats` cost a month, in the unit of `seatPrice`: by default in whole pence. */
export function monthlyCost(seats: number, seatPrice: number = SEAT_PRICE_PENCE): number {
  return seats * seatPrice;
}
