import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStripe } from '../../src/clients/stripe/client.ts';
import { openPayment } from '../../src/clients/stripe/open-payment.ts';
import { keepReconciling } from '../../src/domain/billing/reconciliation/begin.ts';
import { asRefusal } from '../../src/domain/errors.ts';
import { applyPayment, type PaymentReading } from '../../src/domain/payments/checkout/apply-payment.ts';
import { refundSend } from '../../src/jobs/refund-send.ts';
import { createLogger } from '../../src/logger.ts';
import { payOnPage } from '../sandbox/stripe/shopper.ts';
import { seedMember } from '../setup/organization.ts';
import { queueBackends } from '../setup/redis.ts';
import { openPayments, type PaymentStage, unwanted } from './payments-stage.ts';

let stage: PaymentStage;
afterEach(() => stage?.world.stop());

const COPIES = 100;
/** 2 × 25.99; 2.5 % of it and 20 are the fee. */
const AMOUNT = 5_198;

describe.each(await queueBackends())('payments on $name', (backend) => {
  beforeEach(async () => {
    stage = await openPayments(backend);
  });

  it('end where Stripe stands after each event of their life came 100 times, shuffled, at once', {
    timeout: 300_000,
  }, async () => {
    const { world } = stage;
    const { webhooks, dashboard } = world.stripe;
    const storm = async (act: () => Promise<unknown> | unknown) => {
      webhooks.hold();
      await act();
      await world.settle();
      webhooks.release({ shuffle: true, copies: COPIES, parallel: 16 });
      await world.settle();
    };
    let paid = { id: '', chargeId: '' };
    await storm(async () => {
      const { id, url } = await stage.begin();
      await payOnPage(url, { card: '4000 0000 0000 0002' });
      await payOnPage(url, { card: '4000 0000 0000 7726' });
      const charge = world.stripe.state
        .charges()
        .find(({ metadata, paid }) => paid && metadata.payment_id === id);
      paid = { id, chargeId: String(charge?.id) };
    });
    expect(await stage.row(paid.id)).toMatchObject({ status: 'paid', refundedAmount: 0, fee: 150 });
    await storm(() => stage.refund(paid.id, 1_000));
    expect(await stage.row(paid.id)).toMatchObject({ status: 'partially_refunded', refundedAmount: 1_000 });
    const [slow] = world.stripe.state.refunds();
    await storm(() => dashboard.settleRefund(String(slow?.id)));
    expect(await stage.refunds(paid.id)).toMatchObject([
      { status: 'succeeded', amount: 1_000, requestedBy: stage.owner.userId },
    ]);
    await storm(() => dashboard.refund(paid.chargeId, undefined, { reverseTransfer: true, refundFee: true }));
    expect(await stage.row(paid.id)).toMatchObject({
      status: 'refunded',
      refundedAmount: AMOUNT,
      refundedFee: 150,
    });
    const last = world.stripe.state.refunds().at(-1);
    await storm(() => dashboard.failRefund(String(last?.id)));
    expect(await stage.row(paid.id)).toMatchObject({ status: 'partially_refunded', refundedAmount: 1_000 });
    expect((await stage.refunds(paid.id)).map(({ status, requestedBy }) => [status, requestedBy])).toEqual([
      ['succeeded', stage.owner.userId],
      ['failed', null],
    ]);
    expect(await stage.told('£41.98 could not be given back')).toHaveLength(1);
    const handled = await world.context.database.intake.findMany({
      where: { key: { startsWith: 'stripe:' } },
    });
    expect(handled.every(({ handledAt, body }) => handledAt !== null && body === null)).toBe(true);
    expect(webhooks.attempts.filter(({ status }) => status !== 200)).toEqual([]);
  });

  it('are seen paid though every webhook was lost, and failed when their page ends', async () => {
    const { world } = stage;
    world.stripe.webhooks.drop();
    const { id } = await stage.pay();
    const left = await stage.begin();
    await world.settle();
    expect((await stage.row(id)).status).toBe('pending');
    await world.advance({ seconds: 601 });
    await world.settle();
    expect((await stage.row(id)).status).toBe('paid');
    expect((await stage.row(left.id)).status).toBe('pending');
    // A minute after the page's end, long before the hourly sweep takes it up.
    await world.advance({ seconds: 3_070 });
    await world.settle();
    expect(await stage.row(left.id)).toMatchObject({ status: 'failed', reason: 'expired', paidAt: null });
  });

  it('are given back by 20 who ask at once, never more than was paid', async () => {
    const { id, chargeId } = await stage.pay();
    await stage.world.settle();
    const asked = await Promise.all(
      Array.from({ length: 20 }, () => stage.refund(id, 1_000).catch(asRefusal)),
    );
    expect(asked.filter((each) => !(each instanceof Error))).toHaveLength(5);
    await stage.settleWithRetries();
    expect(stage.atStripe(chargeId)).toEqual(Array(5).fill({ amount: 1_000, status: 'succeeded' }));
    expect(await stage.row(id)).toMatchObject({ status: 'partially_refunded', refundedAmount: 5_000 });
    const rest = await stage.refund(id, 199).catch(asRefusal);
    expect(rest).toMatchObject({ code: 'refund_range', detail: { most: 198 } });
    await stage.refund(id, 198);
    await stage.settleWithRetries();
    expect(await stage.row(id)).toMatchObject({
      status: 'refunded',
      refundedAmount: AMOUNT,
      refundedFee: 150,
    });
  });
});

async function passHoursUntil(happened: () => Promise<boolean>): Promise<void> {
  for (let hour = 0; hour < 24 && !(await happened()); hour++) {
    await stage.world.advance({ seconds: 3_600 });
    await stage.world.settle();
  }
  expect(await happened()).toBe(true);
}

describe('a refund', () => {
  beforeEach(async () => {
    stage = await openPayments();
  });

  it.each([
    '500-before',
    'drop-before',
    '429',
    'lock-timeout',
    'acted-then-drop',
    '500-stored',
    'acted-then-500-stored',
  ] as const)('is made once though its call fails (%s)', async (kind) => {
    const { id, chargeId } = await stage.pay();
    await stage.world.settle();
    const times = kind === 'drop-before' || kind === 'acted-then-drop' ? 2 : 1;
    stage.world.stripe.faults.next({ kind, method: 'POST', path: '/v1/refunds', times });
    await stage.refund(id, 700);
    await stage.settleWithRetries();
    expect(stage.atStripe(chargeId)).toEqual([{ amount: 700, status: 'succeeded' }]);
    expect(await stage.refunds(id)).toMatchObject([{ status: 'succeeded', amount: 700 }]);
    expect(await stage.row(id)).toMatchObject({ status: 'partially_refunded', refundedAmount: 700 });
  });

  it('that Stripe made unheard is not given up, nor given back twice, however long Stripe is away', async () => {
    const { world } = stage;
    const { id, chargeId } = await stage.pay();
    await world.settle();
    world.stripe.webhooks.drop();
    world.stripe.faults.next({ kind: 'acted-then-drop', method: 'POST', path: '/v1/refunds', times: 2 });
    await stage.refund(id, AMOUNT - 1_000);
    await world.settle();
    expect(stage.atStripe(chargeId)).toHaveLength(1);
    world.stripe.faults.next({
      kind: '500-before',
      method: 'GET',
      path: '/v1/checkout/sessions/*',
      times: 1_000,
    });
    const parked = () =>
      world.context.database.outboxRow.count({ where: { status: 'parked', topic: 'refund.send' } });
    await passHoursUntil(async () => (await parked()) > 0);
    expect(await stage.refunds(id)).toMatchObject([{ status: 'requested', stripeRefundId: null }]);
    expect(await stage.refund(id, 1_001).catch(asRefusal)).toMatchObject({ code: 'refund_range' });
    world.stripe.faults.clear();
    await world.advance({ seconds: 3_600 });
    await stage.settleWithRetries();
    expect(stage.atStripe(chargeId)).toEqual([{ amount: AMOUNT - 1_000, status: 'succeeded' }]);
    expect(await stage.refunds(id)).toMatchObject([{ status: 'succeeded' }]);
    expect(await stage.told('could not be given back')).toEqual([]);
  });

  it('that could never be sent is failed, told to the Owner, and can be asked for again', async () => {
    const { world } = stage;
    const { id, chargeId } = await stage.pay();
    await world.settle();
    world.stripe.faults.next({
      kind: '500-before',
      method: 'GET',
      path: '/v1/checkout/sessions/*',
      times: 1_000,
    });
    await stage.refund(id, AMOUNT);
    await passHoursUntil(async () => (await stage.refunds(id))[0]?.status === 'failed');
    expect(await stage.told('£51.98 could not be given back')).toHaveLength(1);
    world.stripe.faults.clear();
    expect(await stage.refund(id, AMOUNT)).toMatchObject({ left: 0 });
    await stage.settleWithRetries();
    expect(stage.atStripe(chargeId)).toHaveLength(1);
  });

  it.each(['readPayment', 'refundPayment'] as const)(
    'is made once though its worker dies before or after each call (%s), and comes back 25 hours later',
    async (method) => {
      const { world } = stage;
      const { context, stripe, config } = world;
      const log = createLogger('silent');
      const client = createStripe({ secretKey: config.STRIPE_SECRET_KEY, apiBase: config.STRIPE_API_BASE });
      const calls = method === 'readPayment' ? 2 : 1;
      for (let fatal = 1; fatal <= calls; fatal++) {
        for (const when of ['before', 'after']) {
          const { id, chargeId } = await stage.pay();
          await world.settle();
          // As requestRefund() leaves it, but for its effect: this run alone is at it.
          const refundId = context.newId();
          const requestedBy = stage.owner.userId;
          await context.database.refund.create({
            data: { id: refundId, paymentId: id, amount: 700, requestedBy, createdAt: context.now() },
          });
          let call = 0;
          const dying = {
            ...client,
            async [method](...given: never[]) {
              call += 1;
              if (call === fatal && when === 'before') throw new Error('killed');
              const answer = await (client[method] as (...all: never[]) => Promise<unknown>)(...given);
              if (call === fatal) throw new Error('killed');
              return answer;
            },
          } as typeof client;
          const run = { outboxId: refundId, attempt: 1, log };
          const done = await refundSend.run({ ...context, stripe: dying }, { refundId }, run).then(
            () => true,
            () => false,
          );
          expect(done).toBe(false);
          await world.advance({ days: 1, seconds: 3_600 });
          await refundSend.run({ ...context, stripe: client }, { refundId }, { ...run, attempt: 2 });
          expect(stage.atStripe(chargeId), `${when} ${fatal}`).toEqual([
            { amount: 700, status: 'succeeded' },
          ]);
          expect(await stage.refunds(id)).toMatchObject([{ id: refundId, status: 'succeeded' }]);
        }
      }
      expect(stripe.requests.matching('POST', '/v1/refunds').length).toBeGreaterThan(0);
    },
  );

  it('is one however often its form is sent', async () => {
    const { id, chargeId } = await stage.pay();
    await stage.world.settle();
    const sent = await Promise.all(
      Array.from({ length: 10 }, () => stage.refund(id, 100, 'refund:V1').catch(asRefusal)),
    );
    expect(
      sent
        .filter((each) => each instanceof Error)
        .every((each) => 'code' in each && each.code === 'refund_sent'),
    ).toBe(true);
    await stage.world.settle();
    expect(stage.atStripe(chargeId)).toHaveLength(1);
  });

  it('is the Owner’s, of their own organization’s paid payments, of at least one and at most what is left', async () => {
    const { id } = await stage.pay();
    const pending = await stage.begin();
    await stage.world.settle();
    const { context } = stage.world;
    const { organizationId, teamId } = stage.owner;
    for (const amount of [0, -1, 1.5, AMOUNT + 1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(await stage.refund(id, amount).catch(asRefusal)).toMatchObject({
        code: 'refund_range',
        field: 'amount',
      });
    }
    expect(await stage.refund(pending.id, 1).catch(asRefusal)).toMatchObject({
      code: 'payment_not_refundable',
    });
    for (const unknown of ['x', context.newId()]) {
      expect(await stage.refund(unknown, 1).catch(asRefusal)).toMatchObject({ code: 'payment_unknown' });
    }
    const admin = await seedMember(context, { id: organizationId, teamId }, { role: 'admin' });
    const { owner } = stage;
    stage.owner = admin;
    const { requestRefund } = await import('../../src/domain/payments/refunds/request-refund.ts');
    const wish = { paymentId: id, amount: 1, onceKey: 'refund:V2' };
    expect(await requestRefund(context, admin, wish).catch(asRefusal)).toMatchObject({ code: 'not_allowed' });
    const stranger = { ...owner, organizationId: context.newId() };
    expect(await requestRefund(context, stranger, wish).catch(asRefusal)).toMatchObject({
      code: 'payment_unknown',
    });
    expect(await stage.refunds(id)).toEqual([]);
  });

  it('that Stripe refuses is failed, told to the Owner, and can be asked for again', async () => {
    const again = await stage.pay();
    await stage.world.settle();
    const held = stage.world.stripe.gate.holdNext('POST', '/v1/refunds', 'before');
    await stage.refund(again.id, 5_000);
    await Promise.race([held.reached, stage.world.settle()]);
    await held.reached;
    stage.world.stripe.dashboard.refund(again.chargeId, 1_000, { reverseTransfer: true, refundFee: true });
    held.release();
    await stage.settleWithRetries();
    expect(stage.atStripe(again.chargeId)).toEqual([{ amount: 1_000, status: 'succeeded' }]);
    const rows = await stage.refunds(again.id);
    expect(rows.map(({ status, amount }) => [status, amount]).sort()).toEqual([
      ['failed', 5_000],
      ['succeeded', 1_000],
    ]);
    expect(await stage.told('£50.00 could not be given back')).toHaveLength(1);
    expect(await stage.refund(again.id, 4_198)).toMatchObject({ left: 0 });
  });

  it('that was made in the dashboard while webhooks were lost is seen by the next reconciliation', async () => {
    const { world } = stage;
    const { id, chargeId } = await stage.pay();
    await world.settle();
    world.stripe.webhooks.drop();
    world.stripe.dashboard.refund(chargeId, 500);
    await world.advance({ days: 1 });
    await keepReconciling(world.context);
    await world.settle();
    expect(await stage.row(id)).toMatchObject({
      status: 'partially_refunded',
      refundedAmount: 500,
      refundedFee: 0,
    });
  });
});

describe('a payment', () => {
  beforeEach(async () => {
    stage = await openPayments();
  });

  it.each([
    [true, 'paid'],
    [false, 'failed'],
  ] as const)(
    'by direct debit waits for the bank past the end of its page (%s)',
    async (collected, status) => {
      const { world } = stage;
      const { id, sessionId, url } = await stage.begin();
      await payOnPage(url, { debit: true });
      await world.advance({ days: 2 });
      await world.settle();
      expect((await stage.row(id)).status).toBe('pending');
      world.stripe.webhooks.drop();
      world.stripe.dashboard.endDebit(sessionId, collected);
      await world.advance({ seconds: 3_700 });
      await world.settle();
      expect((await stage.row(id)).status).toBe(status);
    },
  );

  it('whose card was declined is pending while its page is open, and another card pays it', async () => {
    const { world } = stage;
    const { id, url } = await stage.begin();
    await payOnPage(url, { card: '4000 0000 0000 0002' });
    await world.settle();
    expect(world.stripe.state.events('payment_intent.payment_failed')).toHaveLength(1);
    const pending = await stage.row(id);
    expect(pending).toMatchObject({ status: 'pending', reason: null, checkoutUrl: url });
    expect(pending.readAt).not.toBeNull();
    await payOnPage(url);
    await world.settle();
    expect((await stage.row(id)).status).toBe('paid');
  });

  it('that is disputed stays as it is, and the Owner and the operator know', async () => {
    const { world } = stage;
    const { id, chargeId } = await stage.pay();
    await world.settle();
    const dispute = world.stripe.dashboard.dispute(chargeId);
    await world.settle();
    expect((await stage.row(id)).status).toBe('paid');
    const open = () =>
      world.context.database.billingFinding.findMany({ where: { subject: dispute, resolvedAt: null } });
    expect(await open()).toMatchObject([{ kind: 'dispute', organizationId: stage.shop.organizationId }]);
    expect(await stage.told('disputes £51.98')).toHaveLength(1);
    world.stripe.dashboard.closeDispute(dispute, 'won');
    await world.settle();
    expect(await open()).toEqual([]);
  });

  it('never goes back to what an older reading said', async () => {
    const { context } = stage.world;
    const { id } = await stage.pay();
    await stage.world.settle();
    const { readAt, sessionId } = await stage.row(id);
    const older: PaymentReading = {
      sessionId: String(sessionId),
      paymentIntentId: null,
      outcome: 'open',
      reason: null,
      paidAt: null,
      refundedFee: 0,
      refunds: [],
      readAt: new Date(Number(readAt) - 1),
    };
    expect(await applyPayment(context, id, older)).toBe('outdated');
    expect(await applyPayment(context, id, { ...older, sessionId: 'cs_other', readAt: new Date() })).toBe(
      'unknown',
    );
    expect((await stage.row(id)).status).toBe('paid');
  });

  it.each(['before', 'after'] as const)(
    'that was begun and whose process died %s Stripe’s answer is swept',
    async (moment) => {
      const { world, shop } = stage;
      const held = world.stripe.gate.holdNext('POST', '/v1/checkout/sessions', moment);
      const lost = world.stripe.gate.holdNext('POST', '/v1/checkout/sessions', moment);
      const answer = shop.begin();
      await held.reached;
      held.lose();
      // Stripe's library repeats a dropped call once.
      if (moment === 'before') {
        await lost.reached;
        lost.lose();
        expect((await answer).status).toBe(503);
      } else {
        lost.release();
        expect([201, 503]).toContain((await answer).status);
      }
      const [row] = await world.context.database.payment.findMany({
        where: { organizationId: shop.organizationId },
      });
      await world.advance({ seconds: 601 });
      await world.settle();
      const found = world.stripe.state
        .checkoutSessions()
        .filter(({ client_reference_id: id }) => id === row?.id);
      expect(found).toHaveLength(1);
      expect((await stage.row(String(row?.id))).sessionId).toBe(found[0]?.id);
      await world.advance({ seconds: 3_700 });
      await world.settle();
      expect(await stage.row(String(row?.id))).toMatchObject({ status: 'failed', reason: 'expired' });
    },
  );

  it('has one page though its process dies between Stripe’s answer and its noting', async () => {
    const { world } = stage;
    const { context, config } = world;
    const { id, sessionId } = await stage.begin();
    // As it stands when what was answered was never written.
    await context.database.payment.update({ where: { id }, data: { sessionId: null, checkoutUrl: null } });
    const client = createStripe({ secretKey: config.STRIPE_SECRET_KEY, apiBase: config.STRIPE_API_BASE });
    const opened = await Promise.allSettled(
      Array.from({ length: 5 }, () => openPayment(context, client, id)),
    );
    const pages = opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value.sessionId] : []));
    expect(new Set(pages)).toEqual(new Set([sessionId]));
  });

  it('is none of another’s: what Stripe tells of something else changes nothing', async () => {
    const { world } = stage;
    const { id } = await stage.pay();
    await world.settle();
    const before = await stage.row(id);
    world.stripe.webhooks.drop(unwanted);
    const { connectStripe } = await import('../../src/clients/stripe/connection.ts');
    const library = connectStripe({ secretKey: world.stripe.secretKey, apiBase: world.stripe.url });
    const intent = await library.paymentIntents.create({
      amount: 900,
      currency: 'gbp',
      payment_method: 'pm_card_visa',
      confirm: true,
    });
    const charge = world.stripe.state.charges().find(({ payment_intent: of }) => of === intent.id);
    world.stripe.dashboard.refund(String(charge?.id));
    await world.settle();
    expect(await stage.row(id)).toEqual(before);
    expect(await world.context.database.outboxRow.count({ where: { status: 'parked' } })).toBe(0);
  });
});
