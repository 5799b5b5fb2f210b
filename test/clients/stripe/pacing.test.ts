import { expect, it } from 'vitest';
import { createStripe } from '../../../src/clients/stripe/client.ts';
import { useStripeAccount } from './account.ts';

const account = useStripeAccount();

it('a client at a pace sends so many calls in a second, has the rest wait, and loses none', async () => {
  const { secretKey, url: apiBase, requests } = account.sandbox;
  const paced = createStripe({ secretKey, apiBase, callsPerSecond: 3 });
  requests.clear();
  const began = performance.now();
  await Promise.all(Array.from({ length: 7 }, () => paced.readSeatPrice()));
  // However slow the machine: three, then three more in the next second, then the seventh.
  expect(performance.now() - began).toBeGreaterThan(1950);
  expect(requests.entries).toHaveLength(7);
});
