import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { feeOf, readFeeTerms } from '../../../src/domain/payments/fee.ts';

const fee = (amount: number, percent: string, fixed = 0, currency = 'gbp') =>
  feeOf(amount, readFeeTerms(percent, fixed), currency);

describe('what the platform keeps', () => {
  it.each([
    [5_198, '2.5', 20, 150],
    [100, '0', 0, 0],
    [100, '100', 0, 100],
    [100, '100.00', 50, 100],
    // Half of the smallest unit is rounded up.
    [100, '2.5', 0, 3],
    [100, '2.49', 0, 2],
    [1_500, '2.5', 0, 38],
    [1, '50', 0, 1],
    [1, '49.99', 0, 0],
    [30, '1', 20, 20],
    // Never more than the amount.
    [10, '1', 20, 10],
    [99_999_999, '99.99', 1_000_000, 99_999_999],
    [99_999_999, '12.34', 0, 12_340_000],
    [500, '0.01', 0, 0],
    [5_000, '0.01', 0, 1],
  ])('of %i at %s %% and %i besides is %i', (amount, percent, fixed, expected) => {
    expect(fee(amount, percent, fixed)).toBe(expected);
  });

  // Stripe takes no fraction of a króna, though it counts them in hundredths, and no last digit of a fils but 0.
  it.each([
    [150_000, 'isk', 20, 3_800],
    [149_000, 'isk', 25, 3_800],
    [149_000, 'isk', 24, 3_700],
    [100, 'ugx', 20, 0],
    [100, 'ugx', 10_000, 100],
    [5_190, 'kwd', 0, 130],
    [5_190, 'kwd', 6, 140],
    [1_500, 'jpy', 20, 58],
  ])('of %i %s at 2.5 %% and %i besides is %i', (amount, currency, fixed, expected) => {
    expect(fee(amount, '2.5', fixed, currency)).toBe(expected);
  });

  it('is the exact percentage rounded half up, whole, and never below nothing or above the amount', () => {
    const terms = fc.record({
      amount: fc.integer({ min: 1, max: 99_999_999 }),
      percentHundredths: fc.integer({ min: 0, max: 10_000 }),
      fixed: fc.integer({ min: 0, max: 1_000_000 }),
    });
    fc.assert(
      fc.property(terms, ({ amount, ...given }) => {
        const kept = feeOf(amount, given, 'gbp');
        const exact = (2n * BigInt(amount) * BigInt(given.percentHundredths) + 10_000n) / 20_000n;
        const most = BigInt(amount);
        const wanted = exact + BigInt(given.fixed);
        expect(BigInt(kept)).toBe(wanted < most ? wanted : most);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['2.5', 250],
    ['2.05', 205],
    ['2', 200],
    ['0', 0],
    ['100', 10_000],
    ['0.29', 29],
  ])('reads %s %% without a rounding error', (percent, hundredths) => {
    expect(readFeeTerms(percent, 7)).toEqual({ percentHundredths: hundredths, fixed: 7 });
  });
});
