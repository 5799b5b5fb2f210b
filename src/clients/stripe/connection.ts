import Stripe from 'stripe';
import { pacedHttpClient } from './pacing.ts';

/** The version of Stripe's API that this product was written against. */
const API_VERSION = '2026-10-28.endive';

/** How long one call may take, in milliseconds. */
const TIMEOUT_MS = 10_000;

export interface StripeOptions {
  secretKey: string;
  /** `https://api.stripe.com`, or a double. */
  apiBase: string;
  /** Calls in a second at most; the others wait. As many as wanted when absent. */
  callsPerSecond?: number;
}

/** Stripe's own library, without retries of its own: the outbox retries, and reads the state before it does. */
export function connectStripe({ secretKey, apiBase, callsPerSecond }: StripeOptions): Stripe {
  const { protocol, hostname, port } = new URL(apiBase);
  return new Stripe(secretKey, {
    apiVersion: API_VERSION,
    host: hostname,
    ...(port !== '' && { port }),
    protocol: protocol === 'http:' ? 'http' : 'https',
    timeout: TIMEOUT_MS,
    maxNetworkRetries: 0,
    telemetry: false,
    ...(callsPerSecond !== undefined && { httpClient: pacedHttpClient(callsPerSecond) }),
  });
}
