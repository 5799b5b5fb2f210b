import Stripe from 'stripe';

/**
 * How many calls a second go through all organizations: well below the 25 that Stripe takes in a sandbox, and of one endpoint
 * anywhere, and the 100 in live mode (docs.stripe.com/rate-limits), so that people who buy seats meanwhile are not slowed.
 */
export const PACED_CALLS = 10;

/**
 * An HTTP client for Stripe's library that sends at most so many calls in a second, and lets the rest wait their turn. Loaded
 * with the first call.
 */
export function pacedHttpClient(callsPerSecond: number): Stripe.HttpClient {
  const client = Stripe.createNodeHttpClient();
  const send = client.makeRequest.bind(client);
  let queue: Promise<{ removeTokens(tokens: number): Promise<unknown> }> | undefined;
  client.makeRequest = async (...request) => {
    queue ??= openQueue(callsPerSecond);
    await (await queue).removeTokens(1);
    return send(...request);
  };
  return client;
}

async function openQueue(callsPerSecond: number) {
  const { RateLimiterMemory, RateLimiterQueue } = await import('rate-limiter-flexible');
  return new RateLimiterQueue(new RateLimiterMemory({ points: callsPerSecond, duration: 1 }));
}
