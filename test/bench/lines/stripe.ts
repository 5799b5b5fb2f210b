import { randomBytes } from 'node:crypto';
import autocannon from 'autocannon';
import { signatureHeader } from '../../sandbox/stripe/webhooks/signature.ts';
import { startForked } from '../forked.ts';
import type { Bench, Line, Sides } from '../line.ts';

const CONNECTIONS = 16;
/** Of each connection in one measurement: enough for a few seconds. */
const EVENTS = 500;
const SECRET = 'whsec_bench';

/** From the socket to the answer: verified, and stored with the row that has it handled. */
export const lines: Line[] = [
  {
    name: `Stripe event verified, stored once and answered, ${CONNECTIONS} connections`,
    unit: 'requests/s',
    floor: 'the same server, the bare INSERT',
    goal: 0.7,
    better: 'higher',
    prepare,
  },
];

async function prepare(bench: Bench): Promise<Sides> {
  const [own, bare] = [await bench.createDatabase(), await bench.createDatabase()];
  const product = await startForked('product', environment(own));
  const floor = await startForked('bare-insert', { DATABASE_URL: bare });
  await Promise.all([rate(product.url), rate(floor.url)]);
  return {
    value: () => rate(product.url),
    floorValue: () => rate(floor.url),
    close: async () => {
      await Promise.all([product.stop(), floor.stop()]);
    },
  };
}

/** What the web side wants; nothing of it but the database is reached. */
function environment(databaseUrl: string): Record<string, string> {
  return {
    ROLE: 'web',
    PORT: '0',
    PUBLIC_URL: 'http://127.0.0.1',
    DATABASE_URL: databaseUrl,
    SLACK_CLIENT_ID: '1.1',
    SLACK_CLIENT_SECRET: 'bench',
    SLACK_SIGNING_SECRET: 'bench',
    STRIPE_SECRET_KEY: 'sk_test_bench',
    STRIPE_WEBHOOK_SECRET: SECRET,
    SMTP_URL: 'smtp://127.0.0.1:9',
    MAIL_FROM: 'bench@example.com',
    ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
  };
}

/** Events answered in a second; every one is another. @throws Error where one of them was not taken. */
async function rate(url: string): Promise<number> {
  const events = Array.from({ length: CONNECTIONS }, () => Array.from({ length: EVENTS }, signedEvent));
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    amount: CONNECTIONS * EVENTS,
    setupClient: (client) => client.setRequests(events.pop() ?? []),
  });
  if (result.errors > 0 || result.non2xx > 0) {
    throw new Error(`${result.errors} errors and ${result.non2xx} refusals while ${url} was measured.`);
  }
  return result.requests.total / result.duration;
}

/** As large as Stripe's events of a subscription with one item, and written as Stripe writes them. */
function signedEvent(): autocannon.Request {
  const id = () => randomBytes(12).toString('hex');
  const subscription = `sub_${id()}`;
  const created = Math.floor(Date.now() / 1000);
  const period = { current_period_start: created, current_period_end: created + 2_592_000 };
  const price = {
    id: `price_${id()}`,
    object: 'price',
    active: true,
    billing_scheme: 'per_unit',
    created,
    currency: 'gbp',
    livemode: false,
    lookup_key: 'orgdesk_seat_monthly',
    metadata: {},
    nickname: 'One seat, a month',
    product: `prod_${id()}`,
    recurring: { interval: 'month', interval_count: 1, meter: null, usage_type: 'licensed' },
    tax_behavior: 'unspecified',
    type: 'recurring',
    unit_amount: 599,
    unit_amount_decimal: '599',
  };
  const item = { id: `si_${id()}`, object: 'subscription_item', created, ...period, metadata: {}, price };
  const settings = Object.fromEntries(
    Array.from({ length: 30 }, (_, index) => [`setting_of_a_subscription_${index}`, null]),
  );
  const body = JSON.stringify(
    {
      id: `evt_${id()}`,
      object: 'event',
      api_version: '2026-10-28.endive',
      created,
      data: {
        object: {
          id: subscription,
          object: 'subscription',
          ...settings,
          customer: `cus_${id()}`,
          items: { object: 'list', data: [{ ...item, quantity: 5, subscription }], has_more: false },
          metadata: { organization_id: '01890000-0000-7000-8000-000000000000' },
          status: 'active',
        },
        previous_attributes: { items: { data: [{ ...item, quantity: 3 }] } },
      },
      livemode: false,
      pending_webhooks: 1,
      request: { id: `req_${id()}`, idempotency_key: id() },
      type: 'customer.subscription.updated',
    },
    null,
    2,
  );
  return {
    method: 'POST',
    path: '/stripe/webhook',
    body,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'stripe-signature': signatureHeader(body, SECRET, created),
    },
  };
}
