/** Counted in hundredths by Stripe, though they have none. */
const exceptions = new Set(['isk', 'ugx']);

/** (1797, 'gbp', 'en') -> "£17.97": an amount in the currency's smallest unit, as Stripe counts it. */
export function formatAmount(amount: number, currency: string, language: string): string {
  const format = new Intl.NumberFormat(language, { style: 'currency', currency });
  const digits = exceptions.has(currency) ? 2 : (format.resolvedOptions().maximumFractionDigits ?? 2);
  return format.format(amount / 10 ** digits);
}
