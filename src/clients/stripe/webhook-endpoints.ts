import type Stripe from 'stripe';
import { connectEvents, webhookEvents } from './setup.ts';

/** Marks the endpoint that we made: Stripe does not say of one whether it hears of connected accounts. */
const MARK = { orgdesk_endpoint: 'connect' };
/** What no other endpoint would be set to hear; one that hears all, `*`, may be the platform's own. */
const CONNECT_ONLY = connectEvents[0];

/**
 * Makes the webhook endpoint for connected accounts where there is none, and says its secret, which Stripe tells this once. Of
 * those that are there, also one that was made by hand, it says which events are missing. Run again, it changes nothing but
 * what its own endpoint is sent.
 */
export async function setUpConnectEndpoint(
  stripe: Stripe,
  { url }: { url: string },
  say: (line: string) => void,
): Promise<void> {
  const present: Stripe.WebhookEndpoint[] = [];
  for await (const endpoint of stripe.webhookEndpoints.list({ limit: 100 })) {
    if (endpoint.url === url) present.push(endpoint);
  }
  const ours = present.find(({ metadata }) => metadata.orgdesk_endpoint === MARK.orgdesk_endpoint);
  const byHand = present.find((each) => each !== ours && each.enabled_events.includes(CONNECT_ONLY));
  for (const endpoint of present) {
    if (endpoint === ours || endpoint === byHand) continue;
    const missing = webhookEvents.filter((name) => !listens(endpoint, name));
    if (missing.length > 0) say(`The endpoint ${endpoint.id} is not sent: ${missing.join(', ')}.`);
  }
  const standing = ours ?? byHand;
  if (!standing) return make(stripe, url, say);
  const missing = connectEvents.filter((name) => !listens(standing, name));
  if (missing.length === 0) {
    say(`The endpoint ${standing.id} hears of connected accounts already.`);
  } else if (standing === ours) {
    await stripe.webhookEndpoints.update(standing.id, { enabled_events: [...connectEvents] });
    say(`The endpoint ${standing.id} is sent ${missing.join(', ')} too from now on.`);
  } else {
    say(`The endpoint ${standing.id} is not sent: ${missing.join(', ')}.`);
  }
}

async function make(stripe: Stripe, url: string, say: (line: string) => void): Promise<void> {
  const { id, secret } = await stripe.webhookEndpoints.create({
    url,
    connect: true,
    enabled_events: [...connectEvents],
    metadata: MARK,
    description: 'Orgdesk: connected accounts',
  });
  say(`Made the endpoint ${id} for connected accounts. Put its secret into STRIPE_CONNECT_WEBHOOK_SECRET:`);
  say(`  ${secret}`);
}

function listens({ enabled_events: events }: Stripe.WebhookEndpoint, name: string): boolean {
  return events.includes(name) || events.includes('*');
}
