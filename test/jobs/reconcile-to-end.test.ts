import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createStripe } from '../../src/clients/stripe/client.ts';
import { connectStripe } from '../../src/clients/stripe/connection.ts';
import { setUpStripe } from '../../src/clients/stripe/setup.ts';
import type { Billing } from '../../src/domain/billing/reconciliation/billed-organizations.ts';
import type { PageOptions } from '../../src/jobs/reconcile/page.ts';
import { compareOnly, reconcileToEnd } from '../../src/jobs/reconcile/run-to-end.ts';
import { createLogger } from '../../src/logger.ts';
import { startStripeSandbox } from '../sandbox/stripe/server.ts';
import { START } from '../setup/context.ts';
import { queueBackends } from '../setup/redis.ts';
import { type BillingStage, startBilling } from './seats-stage.ts';

let stage: BillingStage;
const options = { log: createLogger('silent'), organizations: 2 } satisfies Partial<PageOptions>;
const contextWith = (account: { secretKey: string; apiBase: string }) => ({
  ...stage.context,
  pacedStripe: createStripe(account),
});
const own = () => contextWith({ secretKey: stage.sandbox.secretKey, apiBase: stage.sandbox.url });
const findings = () =>
  stage.database.billingFinding.findMany({ where: { resolvedAt: null }, orderBy: { subject: 'asc' } });

describe('a reconciliation in the foreground', () => {
  beforeEach(async () => {
    const [backend] = await queueBackends();
    if (!backend) throw new Error('There is no store for the queues.');
    stage = await startBilling({ backend });
  });
  afterEach(() => stage.stop());

  it('takes nobody a seat because of a key of another account, and takes back what it said when the key is right', async () => {
    const organizations = [await stage.subscribed(3), await stage.subscribed(5), await stage.subscribed(2)];
    const elsewhere = await startStripeSandbox({ now: START });
    const account = { secretKey: elsewhere.secretKey, apiBase: elsewhere.url };
    await setUpStripe(connectStripe(account), () => {});

    expect(await reconcileToEnd(contextWith(account), options)).toMatchObject({
      compared: 3,
      repaired: 0,
      found: 3,
    });
    for (const [index, seats] of [3, 5, 2].entries()) {
      expect(await stage.purchased(organizations[index] as (typeof organizations)[0])).toBe(seats);
    }
    expect((await findings()).map(({ kind, subject }) => [kind, subject])).toEqual(
      organizations.map(({ subscriptionId }) => ['subscription_missing', subscriptionId]).sort(),
    );
    await elsewhere.close();

    stage.advance({ seconds: 60 });
    expect(await reconcileToEnd(own(), options)).toMatchObject({ compared: 3, repaired: 0, found: 0 });
    expect(await findings()).toEqual([]);
  });

  it('fails on a key that Stripe does not take, having changed nothing, and goes on with the right one', async () => {
    const organization = await stage.subscribed(3);
    const wrong = contextWith({ secretKey: 'sk_test_wrong', apiBase: stage.sandbox.url });
    await expect(reconcileToEnd(wrong, options)).rejects.toMatchObject({ name: 'StripeKeyRefused' });
    expect(await stage.purchased(organization)).toBe(3);
    expect(await findings()).toEqual([]);
    expect(await reconcileToEnd(own(), options)).toMatchObject({ compared: 1, repaired: 0 });
    expect(await stage.database.reconciliation.count()).toBe(1);
  });

  it('fails on a key that may not read subscriptions, rather than call every organization odd', async () => {
    const organization = await stage.subscribed(3);
    const denying = createServer(async (request, response) => {
      if (request.url?.startsWith('/v1/subscriptions/')) {
        const message = `The provided key '${stage.sandbox.secretKey}' does not have the required permissions.`;
        return response
          .writeHead(403)
          .end(JSON.stringify({ error: { type: 'invalid_request_error', message } }));
      }
      const headers = { authorization: String(request.headers.authorization) };
      const answer = await fetch(`${stage.sandbox.url}${request.url}`, { headers });
      response.writeHead(answer.status).end(await answer.text());
    }).listen(0, '127.0.0.1');
    await once(denying, 'listening');
    onTestFinished(() => void denying.close());
    const { port } = denying.address() as AddressInfo;
    const limited = contextWith({ secretKey: stage.sandbox.secretKey, apiBase: `http://127.0.0.1:${port}` });
    const failure = await reconcileToEnd(limited, options).catch((error) => error);
    expect(failure).toMatchObject({ name: 'StripeKeyRefused' });
    expect(String(failure) + String(failure.cause)).not.toContain(stage.sandbox.secretKey);
    expect(await stage.purchased(organization)).toBe(3);
    expect(await findings()).toEqual([]);
  });

  it('asked to compare only, says what is different and leaves it so', async () => {
    const organization = await stage.subscribed(3);
    stage.sandbox.webhooks.drop();
    stage.advance({ seconds: 60 });
    stage.sandbox.dashboard.changeQuantity(organization.subscriptionId, 8);
    stage.advance({ seconds: 600 });
    const differences: [Billing, Billing][] = [];
    const onDifference = (...difference: [Billing, Billing]) => void differences.push(difference);
    const figures = await compareOnly(own(), { ...options, onDifference });
    expect(figures).toMatchObject({ compared: 1, repaired: 1 });
    expect(figures.replayed).toBeGreaterThan(0);
    expect(differences).toMatchObject([[{ purchased: 3 }, { purchased: 8 }]]);
    expect(await stage.purchased(organization)).toBe(3);
    expect(await stage.database.reconciliation.count()).toBe(0);
    expect(await reconcileToEnd(own(), options)).toMatchObject(figures);
    expect(await compareOnly(own(), options)).toEqual({ compared: 1, repaired: 0, replayed: 0 });
  });

  it('begins an open one anew that has stood at a late phase since long ago', async () => {
    const organization = await stage.subscribed(3);
    const id = stage.context.newId();
    const startedAt = stage.context.now();
    await stage.database.reconciliation.create({
      data: { id, startedAt, phase: 'subscriptions', compared: 9, repaired: 9 },
    });
    stage.sandbox.webhooks.drop();
    stage.advance({ seconds: 2 * 3600 });
    stage.sandbox.dashboard.changeQuantity(organization.subscriptionId, 7);
    expect(await reconcileToEnd(own(), options)).toMatchObject({
      id,
      startedAt: stage.context.now(),
      compared: 1,
      repaired: 1,
    });
    expect(await stage.purchased(organization)).toBe(7);
  });

  it('goes on with an open one that was begun a moment ago', async () => {
    await stage.subscribed(3);
    const startedAt = stage.context.now();
    const late = { id: stage.context.newId(), startedAt, phase: 'subscriptions', compared: 9 } as const;
    await stage.database.reconciliation.create({ data: late });
    expect(await reconcileToEnd(own(), options)).toMatchObject({ id: late.id, compared: 9, startedAt });
  });

  it('does each page once beside another that does the same', async () => {
    for (let index = 0; index < 5; index++) await stage.subscribed(1);
    const [one, two] = await Promise.all([reconcileToEnd(own(), options), reconcileToEnd(own(), options)]);
    expect(one.id).toBe(two.id);
    expect(one).toMatchObject({ compared: 5, repaired: 0, found: 0, replayed: 0 });
  });
});
