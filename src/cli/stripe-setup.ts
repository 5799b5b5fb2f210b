import { connectStripe } from '../clients/stripe/connection.ts';
import { connectEvents, setUpStripe, webhookEvents } from '../clients/stripe/setup.ts';
import { setUpConnectEndpoint } from '../clients/stripe/webhook-endpoints.ts';
import { ConfigError, loadEnvironment, readVariables } from '../config.ts';

// npm run stripe:setup: makes the product and the price of a seat, and the endpoint for connected accounts where Stripe can reach
// it; says what the other endpoint has to be sent.

try {
  const config = readVariables(['STRIPE_SECRET_KEY', 'STRIPE_API_BASE', 'PUBLIC_URL'], loadEnvironment());
  const stripe = connectStripe({ secretKey: config.STRIPE_SECRET_KEY, apiBase: config.STRIPE_API_BASE });
  const url = `${config.PUBLIC_URL}/stripe/webhook`;
  await setUpStripe(stripe, console.log);
  if (url.startsWith('https:')) await setUpConnectEndpoint(stripe, { url }, console.log);
  console.log(`
Point a webhook endpoint at ${url} (dashboard.stripe.com > Developers > Webhooks),
select these events of your account, and put its signing secret into STRIPE_WEBHOOK_SECRET:
${webhookEvents.map((name) => `  ${name}`).join('\n')}

For payments on websites, activate Connect (dashboard.stripe.com > Connect). A second endpoint at the same address is sent
these events of connected accounts, and its signing secret stands in STRIPE_CONNECT_WEBHOOK_SECRET:
${connectEvents.map((name) => `  ${name}`).join('\n')}`);
} catch (error) {
  // Stripe's sentences about a wrong key name the key only in part.
  console.error(error instanceof ConfigError || error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
