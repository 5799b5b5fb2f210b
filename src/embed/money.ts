/** How Stripe counts, which Intl does not know: these without decimals and with three, all others with two. */
const whole = 'bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf';
const thousandths = 'bhd jod kwd omr tnd';

/** (1797, 'gbp', 'en') -> "£17.97": an amount in the currency's smallest unit, as Stripe counts it. */
export function formatAmount(amount: number, currency: string, language: string): string {
  const digits = whole.includes(currency) ? 0 : thousandths.includes(currency) ? 3 : 2;
  // Browsers leave out the decimals of some, like the forint, that Stripe counts with two: what is charged is shown to the last.
  const shown =
    amount % 10 ** digits === 0 ? {} : { minimumFractionDigits: digits, maximumFractionDigits: digits };
  const format = new Intl.NumberFormat(language, { style: 'currency', currency, ...shown });
  return format.format(amount / 10 ** digits);
}
