import { Hono } from 'hono';
import type { Context } from '../domain/context.ts';
import { storeEvent } from '../domain/intake/store-event.ts';
import { problem } from './problem.ts';

export interface StripeWebhookParts {
  context: Context;
  /** The id of an event that came from Stripe, unchanged and just now; null for anything else. */
  verifyStripeEvent(body: Uint8Array, signature: string | undefined, now: Date): { id: string } | null;
}

/**
 * `POST /stripe/webhook` stores a signed event, once however often it comes, with the job that handles it, and answers 200.
 * What is not signed by Stripe within the last five minutes is 400 and changes nothing.
 */
export function stripeWebhookRoutes({ context, verifyStripeEvent }: StripeWebhookParts): Hono {
  return new Hono().post('/stripe/webhook', async (request) => {
    const body = new Uint8Array(await request.req.arrayBuffer());
    const event = verifyStripeEvent(body, request.req.header('stripe-signature'), context.now());
    if (!event) {
      return problem(request, 400, {
        title: 'Not from Stripe',
        detail: 'The signature does not fit this body and this moment.',
      });
    }
    await storeEvent(context, 'stripe.event', { key: `stripe:${event.id}`, body });
    return request.json({ received: true });
  });
}
