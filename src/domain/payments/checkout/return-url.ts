import { matchesWebsite, type Website, type WebsiteOptions } from '../../domains/website.ts';
import { refuse } from '../../errors.ts';

/** Tells the website to which payment somebody comes back. */
export const PAYMENT_PARAMETER = 'orgdesk_payment';
const LONGEST = 2_000;

/**
 * An address that Stripe's page leads back to: https, on a website of the list, without a user name or password; with
 * `orgdesk_payment` put on, and all else as it came.
 * @throws Refusal `return_url_form`, `return_url_unlisted`, on `field`.
 */
export function returnUrl(
  text: string,
  {
    websites,
    options,
    paymentId,
    field,
  }: {
    websites: readonly Website[];
    options: WebsiteOptions;
    paymentId: string;
    field: 'successUrl' | 'cancelUrl';
  },
): string {
  // The parser drops some of these silently, and others read a backslash in their own way.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  if (text.length > LONGEST || /[\s\u0000-\u001f\u007f\\]/.test(text) || !URL.canParse(text)) {
    throw refuse('return_url_form').on(field);
  }
  const url = new URL(text);
  const authority = /^[a-z]+:\/\/([^/?#]*)/i.exec(text)?.[1];
  if (authority === undefined || authority.includes('@') || url.username !== '' || url.password !== '') {
    throw refuse('return_url_form').on(field);
  }
  if (!matchesWebsite(url.origin, websites, options)) throw refuse('return_url_unlisted').on(field);
  if (url.searchParams.has(PAYMENT_PARAMETER)) url.searchParams.delete(PAYMENT_PARAMETER);
  url.search = `${url.search === '' ? '?' : `${url.search}&`}${PAYMENT_PARAMETER}=${paymentId}`;
  return url.href;
}
