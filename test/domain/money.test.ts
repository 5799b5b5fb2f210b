import { describe, expect, it } from 'vitest';
import { formatMoney, readMoney, typedMoney } from '../../src/domain/money.ts';

describe('money', () => {
  it('is shown with as many decimals as its currency has', () => {
    expect(formatMoney(1797, 'gbp')).toBe('£17.97');
    expect(formatMoney(500, 'jpy')).toBe('JP¥500');
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
  ])('is not read from %j in %s', (typed, currency) => {
    expect(readMoney(typed, currency)).toBeNull();
  });

  it('comes back as it was typed out, of any amount', () => {
    for (const currency of ['gbp', 'jpy', 'usd']) {
      for (const amount of [1, 9, 10, 99, 100, 101, 12_345, 99_999_999]) {
        expect(readMoney(typedMoney(amount, currency), currency)).toBe(amount);
        expect(readMoney(formatMoney(amount, currency), currency)).toBe(amount);
      }
    }
  });
});
