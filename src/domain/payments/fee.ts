import { stepOf } from '../currency.ts';

/** What the platform keeps of a payment. */
export interface FeeTerms {
  /** In hundredths of a percent: 250 is 2.5 %. */
  percentHundredths: number;
  /** Of each payment besides, in the smallest unit of its currency. */
  fixed: number;
}

/** "2.5" and 20 -> 250 hundredths of a percent, and 20. `percent` has at most two decimals, as config.ts holds it to. */
export function readFeeTerms(percent: string, fixed: number): FeeTerms {
  const [whole = '0', decimals = ''] = percent.split('.');
  return { percentHundredths: 100 * Number(whole) + Number(decimals.padEnd(2, '0')), fixed };
}

/**
 * What the platform keeps of `amount`, both in the smallest unit of `currency`: the percentage and the fixed part, rounded half up
 * to what Stripe takes of the currency (whole krónur, which it counts in hundredths); never more than the amount itself. Counted in
 * integers, far below where they would be inexact: an amount has at most eight digits.
 */
export function feeOf(amount: number, { percentHundredths, fixed }: FeeTerms, currency: string): number {
  const step = 10_000 * stepOf(currency);
  const parts = amount * percentHundredths + fixed * 10_000 + step / 2;
  return Math.min(amount, (parts - (parts % step)) / 10_000);
}
