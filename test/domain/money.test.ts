import { describe, expect, it } from 'vitest';
import { decimalsOf, isCurrency, leastAmount, MOST_AMOUNT, stepOf } from '../../src/domain/currency.ts';
import { formatMoney, readMoney, typedMoney } from '../../src/domain/money.ts';

describe('money', () => {
  it('is shown with as many decimals as its currency has', () => {
    expect(formatMoney(1797, 'gbp')).toBe('£17.97');
    expect(formatMoney(500, 'jpy')).toBe('JP¥500');
    // Intl alone would show these without decimals; Stripe counts them in hundredths.
    expect([formatMoney(17_550, 'huf'), formatMoney(1_250_050, 'idr'), formatMoney(99, 'cop')]).toEqual([
      'HUF\u00a0175.50',
      'IDR\u00a012,500.50',
      'COP\u00a00.99',
    ]);
    // And these in hundredths, though there are no hundredths of them.
    expect([formatMoney(500, 'isk'), formatMoney(1_250_000, 'ugx')]).toEqual([
      'ISK\u00a05',
      'UGX\u00a012,500',
    ]);
    expect([formatMoney(1_250, 'kwd'), formatMoney(5, 'xof'), formatMoney(5_000, 'krw')]).toEqual([
      'KWD\u00a01.250',
      'F\u202fCFA\u00a05',
      '₩5,000',
    ]);
    expect([typedMoney(500, 'isk'), typedMoney(1_250, 'kwd')]).toEqual(['5', '1.250']);
    expect([typedMoney(1797, 'gbp'), typedMoney(5, 'eur'), typedMoney(500, 'jpy')]).toEqual([
      '17.97',
      '0.05',
      '500',
    ]);
  });

  it.each([
    ['17.97', 'gbp', 1797],
    ['17,97', 'eur', 1797],
    ['17.5', 'gbp', 1750],
    ['17', 'gbp', 1700],
    [' £17.97 ', 'gbp', 1797],
    ['17,97 €', 'eur', 1797],
    ['GBP 17.97', 'gbp', 1797],
    ['JP¥500', 'jpy', 500],
    ['1,250', 'gbp', 125_000],
    ['1,250.50', 'gbp', 125_050],
    ['1,250,000', 'jpy', 1_250_000],
    ['１７.９７', 'gbp', 1797],
    ['0', 'gbp', 0],
    ['5', 'isk', 500],
    ['12,500', 'ugx', 1_250_000],
    ['1.25', 'kwd', 1250],
    ['1,250.5', 'kwd', 1_250_500],
    ['175.50', 'huf', 17_550],
    ['12.500', 'kwd', 12_500],
  ])('is read from %j in %s', (typed, currency, amount) => {
    expect(readMoney(typed, currency)).toBe(amount);
  });

  it.each([
    ['', 'gbp'],
    ['-5', 'gbp'],
    ['5-', 'gbp'],
    ['1e3', 'gbp'],
    ['0x10', 'gbp'],
    ['17.975', 'gbp'],
    ['1.250,50', 'eur'],
    ['1 250', 'eur'],
    ['5.0', 'jpy'],
    ['Infinity', 'gbp'],
    ['=1+1', 'gbp'],
    ['1'.repeat(40), 'gbp'],
    ['five', 'gbp'],
    ['12.34.56', 'gbp'],
    ['5.50', 'isk'],
    ['1.255', 'kwd'],
    ['1,250', 'kwd'],
    ['5.5', 'krw'],
  ])('is not read from %j in %s', (typed, currency) => {
    expect(readMoney(typed, currency)).toBeNull();
  });

  it('comes back as it was typed out, of any amount', () => {
    for (const currency of ['gbp', 'jpy', 'usd', 'isk', 'kwd', 'huf']) {
      const step = stepOf(currency);
      for (const amount of [1, 9, 10, 99, 100, 101, 12_345, 999_999].map((each) => each * step)) {
        expect(readMoney(typedMoney(amount, currency), currency)).toBe(amount);
        expect(readMoney(formatMoney(amount, currency), currency)).toBe(amount);
      }
    }
  });
});

describe('currencies', () => {
  it('are those that Stripe takes, in lower case', () => {
    for (const code of ['gbp', 'jpy', 'kwd', 'isk', 'huf']) expect(isCurrency(code)).toBe(true);
    for (const code of ['GBP', 'xxx', 'btc', 'irr', '', 'constructor', 'gbp usd'])
      expect(isCurrency(code)).toBe(false);
  });

  it('are all known to Intl, which knows no more decimals of any than Stripe counts', () => {
    const known = Intl.supportedValuesOf('currency').map((code) => code.toLowerCase());
    const taken = known.filter(isCurrency);
    expect(taken.length).toBeGreaterThan(125);
    for (const currency of taken) {
      const { maximumFractionDigits } = new Intl.NumberFormat('en-GB', {
        style: 'currency',
        currency,
      }).resolvedOptions();
      expect(decimalsOf(currency)).toBeGreaterThanOrEqual(Number(maximumFractionDigits));
    }
  });

  it('have a least amount that can be paid in steps', () => {
    for (const currency of Intl.supportedValuesOf('currency').map((code) => code.toLowerCase())) {
      if (!isCurrency(currency)) continue;
      expect(leastAmount(currency) % stepOf(currency)).toBe(0);
      expect(leastAmount(currency)).toBeGreaterThan(0);
      expect(leastAmount(currency)).toBeLessThan(MOST_AMOUNT);
    }
    expect([leastAmount('gbp'), leastAmount('jpy'), leastAmount('kwd'), leastAmount('ugx')]).toEqual([
      30, 50, 10, 100,
    ]);
  });
});
