/**
 * Currencies as Stripe counts them, which is neither as ISO 4217 nor as Intl does: Intl shows no decimals of Hungary's forints or
 * Indonesia's rupiahs, and Stripe takes both in hundredths. From docs.stripe.com/currencies, 2026-11.
 */

const WITHOUT_DECIMALS = words('bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf');
const WITH_THREE_DECIMALS = words('bhd jod kwd omr tnd');
/** Whole units alone, though Stripe counts them in hundredths as it once did: 5 krónur are 500. */
const WHOLE_IN_HUNDREDTHS = words('isk ugx');
const WITH_TWO_DECIMALS = words(
  'aed afn all amd aoa ars aud awg azn bam bbd bdt bmd bnd bob brl bsd bwp byn bzd cad cdf chf cny cop crc cve czk dkk dop dzd ' +
    'egp etb eur fjd fkp gbp gel gip gmd gtq gyd hkd hnl htg huf idr ils inr jmd kes kgs khr kyd kzt lak lbp lkr lrd lsl mad ' +
    'mdl mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd pab pen pgk php pkr pln qar ron rsd sar sbd scr sek ' +
    'sgd shp sle sos srd szl thb tjs top try ttd twd tzs uah usd uyu uzs wst xcd xcg yer zar zmw',
);

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}

/** How many of its digits stand behind the point when an amount of Stripe's is written in whole units. */
export function decimalsOf(currency: string): 0 | 2 | 3 {
  if (WITHOUT_DECIMALS.has(currency)) return 0;
  return WITH_THREE_DECIMALS.has(currency) ? 3 : 2;
}

/** What every amount has to be a multiple of: Stripe takes no fraction of a króna, and of a fils no last digit but 0. */
export function stepOf(currency: string): 1 | 10 | 100 {
  if (WHOLE_IN_HUNDREDTHS.has(currency)) return 100;
  return WITH_THREE_DECIMALS.has(currency) ? 10 : 1;
}

/** Whether Stripe takes payments in it: ISO 4217, in lower case. */
export function isCurrency(code: string): boolean {
  return [WITHOUT_DECIMALS, WITH_THREE_DECIMALS, WHOLE_IN_HUNDREDTHS, WITH_TWO_DECIMALS].some((set) =>
    set.has(code),
  );
}

/** The most of a payment: eight digits in the smallest unit. Some currencies take more, which are not told apart here. */
export const MOST_AMOUNT = 99_999_999;

/** The least of a payment in the currency's smallest unit, from the same page. */
const LEAST: Readonly<Record<string, number>> = {
  aed: 200,
  aud: 50,
  brl: 50,
  cad: 50,
  chf: 50,
  czk: 1500,
  dkk: 250,
  eur: 50,
  gbp: 30,
  hkd: 400,
  huf: 17_500,
  inr: 50,
  jpy: 50,
  mxn: 1000,
  myr: 200,
  nok: 300,
  nzd: 50,
  pln: 200,
  ron: 200,
  sek: 300,
  sgd: 50,
  thb: 1000,
  usd: 50,
};

/**
 * The least that can be paid in a currency. Where Stripe's page names none, it is the smallest amount there is: what it comes to
 * in the account's own currency Stripe judges when a payment is started.
 */
export function leastAmount(currency: string): number {
  return Object.hasOwn(LEAST, currency) ? Number(LEAST[currency]) : stepOf(currency);
}

/** The most that can be paid in a currency: the greatest of its steps that has eight digits. */
export function mostAmount(currency: string): number {
  return MOST_AMOUNT - (MOST_AMOUNT % stepOf(currency));
}
