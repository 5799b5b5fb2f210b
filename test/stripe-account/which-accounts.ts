import { afterAll } from 'vitest';
import type { StripeOptions } from '../../src/clients/stripe/connection.ts';
import { startStripeSandbox } from '../sandbox/stripe/server.ts';

export interface AccountChoice {
  name: string;
  options: StripeOptions;
  /** Where a test clock of it begins. */
  begin: Date;
}

/**
 * The accounts to try the scenarios on: always the double; and Stripe itself, in test mode, where STRIPE_TEST_SECRET_KEY is
 * set. That key is given by hand and never in CI, so that leaving Stripe out is no failure there either.
 */
export async function stripeAccounts(): Promise<AccountChoice[]> {
  const begin = new Date('2026-11-01T09:30:00.000Z');
  const sandbox = await startStripeSandbox({ now: begin });
  afterAll(() => sandbox.close());
  const double = {
    name: 'the double',
    options: { secretKey: sandbox.secretKey, apiBase: sandbox.url },
    begin,
  };
  const secretKey = process.env.STRIPE_TEST_SECRET_KEY;
  if (secretKey) {
    const options = { secretKey, apiBase: process.env.STRIPE_TEST_API_BASE || 'https://api.stripe.com' };
    // A test clock may begin a little ahead, and not behind the double's own.
    return [double, { name: 'Stripe in test mode', options, begin: new Date(Date.now() + 60_000) }];
  }
  console.warn('Stripe itself is not tried, only its double: STRIPE_TEST_SECRET_KEY is not set.');
  return [double];
}
