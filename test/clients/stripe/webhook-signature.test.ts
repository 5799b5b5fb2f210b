import Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { createWebhookVerifier } from '../../../src/clients/stripe/webhook-signature.ts';

const secret = 'whsec_test';
const now = new Date('2026-11-23T09:00:00.000Z');
const { webhooks } = new Stripe('sk_test_1');
const verify = createWebhookVerifier(secret);

const sign = (payload: string, { at = 0, by = secret }: { at?: number; by?: string } = {}) =>
  webhooks.generateTestHeaderString({ payload, secret: by, timestamp: now.getTime() / 1000 + at });
const event = (fields: object = {}) =>
  JSON.stringify({ id: 'evt_1', object: 'event', type: 'invoice.paid', data: { object: {} }, ...fields });
const ask = (payload: string, header: string | undefined) => verify(Buffer.from(payload), header, now);

describe('a signature', () => {
  it.each([0, -299, 299])('of %s seconds from now is taken', (at) => {
    expect(ask(event(), sign(event(), { at }))).toEqual({ id: 'evt_1', type: 'invoice.paid' });
  });

  it.each([
    ['of another secret', sign(event(), { by: 'whsec_other' })],
    ['that is stale', sign(event(), { at: -301 })],
    ['of a day ahead', sign(event(), { at: 86_400 })],
    ['of another body', sign(event({ id: 'evt_2' }))],
    ['that is cut short', sign(event()).slice(0, -3)],
    ['without a moment', sign(event()).replace(/^t=\d+,/, '')],
    ['without a value', sign(event()).split(',')[0]],
    ['that was sent twice', `${sign(event())}, ${sign(event())}`],
    ['of two moments', `t=1,${sign(event())}`],
    ['that is random', '\u0000\u00ff,=,=,t=,v1'],
    ['that is empty', ''],
    ['that is missing', undefined],
  ])('%s is not', (_, header) => {
    expect(ask(event(), header)).toBeNull();
  });

  it.each(['null', '1', '"evt_1"', '[]', '{}', '{"id":1,"type":"x"}', 'not json', ''])(
    'over %s, which is no event, is not',
    (payload) => {
      expect(ask(payload, sign(payload || ' '))).toBeNull();
    },
  );

  it.each([{ id: 'sub_1' }, { id: `evt_${'x'.repeat(300)}` }, { id: "evt_1'; --" }, { type: null }])(
    'over an event with %j is not',
    (fields) => {
      expect(ask(event(fields), sign(event(fields)))).toBeNull();
    },
  );

  it('over a thin event, which we do not ask for, is not', () => {
    const thin = event({ object: 'v2.core.event' });
    expect(ask(thin, sign(thin))).toBeNull();
  });
});

describe('the endpoint for connected accounts', () => {
  const both = createWebhookVerifier(secret, 'whsec_connect');
  const told = (fields: object, by: string) => {
    const payload = event(fields);
    return both(Buffer.from(payload), sign(payload, { by }), now);
  };

  it('signs with a secret of its own, for them alone', () => {
    const connected = { account: 'acct_1', type: 'account.updated' };
    expect(told(connected, 'whsec_connect')).toEqual({ id: 'evt_1', type: 'account.updated' });
    expect(told({}, 'whsec_connect')).toBeNull();
    expect(told({}, secret)).toEqual({ id: 'evt_1', type: 'invoice.paid' });
    expect(told(connected, 'whsec_other')).toBeNull();
  });

  it('is not believed where its secret was never set', () => {
    const payload = event({ account: 'acct_1' });
    expect(ask(payload, sign(payload, { by: 'whsec_connect' }))).toBeNull();
  });
});
