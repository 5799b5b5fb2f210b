import { describe, expect, it } from 'vitest';
import { subjectOf } from '../../../src/clients/stripe/event-subject.ts';
import { connectEvents, webhookEvents } from '../../../src/clients/stripe/setup.ts';

const organizationId = '01936c3a-7b60-7000-8000-000000000001';
const metadata = { organization_id: organizationId };
const paymentId = '01936c3a-7b60-7000-8000-000000000002';
const ofPayment = { ...metadata, payment_id: paymentId };
const event = (type: string, object: object) => ({ id: 'evt_1', type, data: { object } });

describe('what an event is about', () => {
  it.each([
    [
      'customer.subscription.updated',
      { id: 'sub_1', customer: 'cus_1', metadata },
      { kind: 'subscription', subscriptionId: 'sub_1', customerId: 'cus_1', organizationId },
    ],
    [
      'invoice.paid',
      { customer: 'cus_1', parent: { subscription_details: { subscription: 'sub_1', metadata } } },
      { kind: 'subscription', subscriptionId: 'sub_1', customerId: 'cus_1', organizationId },
    ],
    [
      'checkout.session.completed',
      {
        id: 'cs_1',
        mode: 'subscription',
        subscription: 'sub_1',
        customer: { id: 'cus_1' },
        client_reference_id: organizationId,
      },
      { kind: 'checkout', sessionId: 'cs_1', subscriptionId: 'sub_1', customerId: 'cus_1', organizationId },
    ],
    [
      'checkout.session.expired',
      { id: 'cs_1', mode: 'subscription', subscription: null },
      { kind: 'checkout', sessionId: 'cs_1', subscriptionId: null, customerId: null, organizationId: null },
    ],
    ['charge.refunded', { id: 'ch_1', customer: 'cus_1' }, { kind: 'refunded_charge', chargeId: 'ch_1' }],
    ['refund.failed', { id: 're_1', charge: 'ch_1' }, { kind: 'refund', refundId: 're_1' }],
    ['refund.updated', { id: 're_1', charge: 'ch_1' }, { kind: 'refund', refundId: 're_1' }],
    ['charge.dispute.closed', { id: 'dp_1', charge: 'ch_1' }, { kind: 'dispute', disputeId: 'dp_1' }],
    [
      'payment_method.attached',
      { id: 'pm_1', customer: 'cus_1' },
      { kind: 'payer', subscriptionId: null, customerId: 'cus_1', organizationId: null },
    ],
    [
      'customer.updated',
      { id: 'cus_1', metadata },
      { kind: 'payer', subscriptionId: null, customerId: 'cus_1', organizationId },
    ],
    [
      'customer.deleted',
      { id: 'cus_1' },
      { kind: 'subscription', subscriptionId: null, customerId: 'cus_1', organizationId: null },
    ],
    [
      'checkout.session.completed',
      { id: 'cs_1', mode: 'payment', metadata: ofPayment },
      { kind: 'payment', paymentId },
    ],
    [
      'checkout.session.expired',
      { id: 'cs_1', mode: 'payment', metadata: ofPayment },
      { kind: 'payment', paymentId },
    ],
    ['payment_intent.payment_failed', { id: 'pi_1', metadata: ofPayment }, { kind: 'payment', paymentId }],
  ])('%s', (type, object, subject) => {
    expect(subjectOf(event(type, object))).toEqual(subject);
  });

  it.each([
    ['an invoice without a subscription', event('invoice.paid', { customer: 'cus_1', parent: null })],
    ['a payment by Checkout', event('checkout.session.completed', { mode: 'payment', subscription: null })],
    [
      'a payment that is not ours',
      event('payment_intent.payment_failed', { metadata: { payment_id: 'order-7' } }),
    ],
    [
      'what happens in a connected account',
      { ...event('charge.refunded', { id: 'ch_1' }), account: 'acct_1' },
    ],
    ['a card of nobody', event('payment_method.attached', { id: 'pm_1', customer: null })],
    ['a product', event('product.created', { id: 'prod_1' })],
    ['nothing', null],
    ['no event', { type: 5 }],
  ])('is nothing of ours: %s', (_, given) => {
    expect(subjectOf(given)).toBeNull();
  });

  it.each(connectEvents)('takes the account of %s from where Stripe writes it', (type) => {
    const told = { ...event(type, { id: 'ca_1' }), account: 'acct_1' };
    expect(subjectOf(told)).toEqual({ kind: 'account', accountId: 'acct_1' });
  });

  it.each(webhookEvents)('is understood of %s, which the webhook asks for', (type) => {
    const object = {
      id: 'sub_1',
      metadata: { payment_id: organizationId },
      customer: 'cus_1',
      mode: 'subscription',
      subscription: 'sub_1',
      parent: { subscription_details: { subscription: 'sub_1' } },
    };
    expect(subjectOf(event(type, object))).not.toBeNull();
  });

  it('takes only a UUID for an organization', () => {
    const object = { id: 'sub_1', customer: 'cus_1', metadata: { organization_id: "1' OR 1=1" } };
    expect(subjectOf(event('customer.subscription.updated', object))).toMatchObject({ organizationId: null });
  });
});
