import type Stripe from 'stripe';
import type { Account } from '../account.ts';
import { deleteCustomer } from '../billing/customers.ts';
import { expand, integer, text } from '../http/parameters.ts';
import { pathId, type Route, route } from '../http/route.ts';
import { newId } from '../identifiers.ts';
import { invalidRequest } from '../refusal.ts';

type TestClock = Stripe.TestHelpers.TestClock;

/** How far Stripe keeps a clock, in seconds. */
const LIFETIME = 30 * 86_400;

function newTestClock(frozenTime: number, name: string | null, now: number): TestClock {
  return {
    id: newId('clock'),
    object: 'test_helpers.test_clock',
    created: now,
    deletes_after: now + LIFETIME,
    frozen_time: frozenTime,
    livemode: false,
    name,
    status: 'ready',
    status_details: {},
  };
}

/** The sandbox has one clock: a test clock is that one, and may not be behind it. It is ready as soon as it was moved. */
function moveTo(account: Account, frozenTime: number): void {
  if (frozenTime < account.now()) {
    throw invalidRequest('You can only advance a test clock forward in time.', { param: 'frozen_time' });
  }
  account.clock.advanceTo(new Date(1000 * frozenTime));
}

export const testClockRoutes: Route[] = [
  route(
    'POST',
    '/v1/test_helpers/test_clocks',
    { frozen_time: integer({ min: 0 }), name: text(300).optional(), expand: expand() },
    ({ account, params }) => {
      moveTo(account, params.frozen_time);
      return account.testClocks.insert(newTestClock(params.frozen_time, params.name ?? null, account.now()));
    },
  ),
  route('GET', '/v1/test_helpers/test_clocks/:clock', { expand: expand() }, ({ account, path }) =>
    account.testClocks.require(pathId(path, 'clock'), 'id', 404),
  ),
  route(
    'POST',
    '/v1/test_helpers/test_clocks/:clock/advance',
    { frozen_time: integer({ min: 0 }), expand: expand() },
    ({ account, path, params }) => {
      const clock = account.testClocks.require(pathId(path, 'clock'), 'id', 404);
      moveTo(account, params.frozen_time);
      clock.frozen_time = params.frozen_time;
      return clock;
    },
  ),
  route('DELETE', '/v1/test_helpers/test_clocks/:clock', {}, ({ account, path }) => {
    const { id } = account.testClocks.require(pathId(path, 'clock'), 'id', 404);
    for (const customer of account.customers.all()) {
      if (customer.test_clock === id && !customer.deleted) deleteCustomer(account, customer);
    }
    account.testClocks.delete(id);
    return { id, object: 'test_helpers.test_clock', deleted: true };
  }),
];
