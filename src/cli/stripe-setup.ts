import { connectStripe } from '../clients/stripe/connection.ts';
import { setUpStripe, webhookEvents } from '../clients/stripe/setup.ts';
import { ConfigError, loadEnvironment, readVariables } from '../config.ts';

// npm run stripe:setup: makes the product and the price of a seat, and says what the webhook endpoint has to be sent.

try {
  const config = readVariables(['STRIPE_SECRET_KEY', 'STRIPE_API_BASE', 'PUBLIC_URL'], loadEnvironment());
  const stripe = connectStripe({ secretKey: config.STRIPE_SECRET_KEY, apiBase: config.STRIPE_API_BASE });
  await setUpStripe(stripe, console.log);
  console.log(`
Point a webhook endpoint at ${config.PUBLIC_URL}/stripe/webhook (dashboard.stripe.com > Developers > Webhooks),
select these events, and put its signing secret into STRIPE_WEBHOOK_SECRET:
${webhookEvents.map((name) => `  ${name}`).join('\n')}`);
} catch (error) {
  // Stripe's sentences about a wrong key name the key only in part.
  console.error(error instanceof ConfigError || error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
