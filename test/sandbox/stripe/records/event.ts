import type Stripe from 'stripe';

/** An event as Stripe stores and delivers it; `data` never changes after it was made. */
export interface EventRecord {
  id: string;
  object: 'event';
  /** The connected account that it happened in; absent for what happened in the platform's own. */
  account?: string;
  api_version: string;
  created: number;
  data: { object: object; previous_attributes?: Record<string, unknown> };
  livemode: false;
  pending_webhooks: number;
  request: { id: string | null; idempotency_key: string | null };
  type: Stripe.Event['type'];
}
