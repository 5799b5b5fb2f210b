import { describe, expect, it } from 'vitest';
import { Prisma } from '../../../src/database/client.ts';
import { listPayments, paymentsQuery } from '../../../src/domain/payments/list-payments.ts';
import { readPayment } from '../../../src/domain/payments/read-payment.ts';
import { showPayments } from '../../../src/domain/payments/show-payments.ts';
import { paymentTotals, totalsQuery } from '../../../src/domain/payments/totals.ts';
import { seedMember, seedOrganization, seedVisitor } from '../../setup/organization.ts';
import { seedPayment } from '../../setup/payments.ts';
import { refusal, useStage } from '../invitations/stage.ts';

const stage = useStage();

describe('the list of payments', () => {
  it('shows every payment once, ten a page, the newest first, forwards and backwards', async () => {
    const { id, owner } = await seedOrganization(stage.context);
    const ids: string[] = [];
    for (let index = 0; index < 25; index++) ids.push(await seedPayment(stage.context, id));
    const list = (page?: string | null) => listPayments(stage.context, owner, { ...(page && { page }) });
    const first = await list();
    const second = await list(first.older);
    const third = await list(second.older);
    const seen = [first, second, third].flatMap(({ payments }) => payments.map((one) => one.id));
    expect(seen).toEqual(ids.toReversed());
    expect([first.newer, third.older]).toEqual([null, null]);
    expect(await list(third.newer)).toEqual(second);
    expect((await list(second.newer)).payments).toEqual(first.payments);
    for (const page of ['nonsense', 'after|x', `after|${'9'.repeat(300)}`, `after|${ids[0]}`]) {
      expect((await list(page)).payments).toEqual(first.payments);
    }
  });

  it('narrows down by status; what is no status is no filter', async () => {
    const { id, owner } = await seedOrganization(stage.context);
    const paid = await seedPayment(stage.context, id);
    const failed = await seedPayment(stage.context, id, { status: 'failed' });
    const found = async (status: string) =>
      (await listPayments(stage.context, owner, { status })).payments.map((one) => one.id);
    expect(await found('paid')).toEqual([paid]);
    expect(await found('failed')).toEqual([failed]);
    expect(await found('refunded')).toEqual([]);
    expect(await found("paid' OR true")).toEqual([failed, paid]);
  });

  it('is for the Owner and Admins, also while nothing can be changed, and has nothing of another organization', async () => {
    const organization = await seedOrganization(stage.context);
    const other = await seedOrganization(stage.context);
    const foreign = await seedPayment(stage.context, other.id);
    const admin = await seedMember(stage.context, organization, { role: 'admin' });
    const agent = await seedMember(stage.context, organization, { role: 'agent' });
    const visitor = await seedVisitor(stage.context, { ...organization, organizationId: organization.id });
    for (const actor of [organization.owner, { ...admin, readOnly: 'lapsed' as const }]) {
      expect((await showPayments(stage.context, actor)).page.payments).toEqual([]);
      expect((await refusal(readPayment(stage.context, actor, { paymentId: foreign }))).code).toBe(
        'payment_unknown',
      );
    }
    for (const [actor, code] of [
      [agent, 'not_allowed'],
      [visitor, 'not_a_member'],
    ] as const) {
      for (const asked of [
        listPayments(stage.context, actor),
        paymentTotals(stage.context, actor),
        showPayments(stage.context, actor),
        readPayment(stage.context, actor, { paymentId: foreign }),
      ]) {
        expect((await refusal(asked)).code).toBe(code);
      }
    }
  });
});

describe('one payment', () => {
  it('comes with its refunds, the newest first, and with what can still be given back', async () => {
    const { id, owner } = await seedOrganization(stage.context);
    const paymentId = await seedPayment(stage.context, id, {
      status: 'partially_refunded',
      refundedAmount: 500,
    });
    for (const [amount, status] of [
      [500, 'succeeded'],
      [300, 'failed'],
      [200, 'requested'],
    ] as const) {
      await stage.database.refund.create({
        data: { id: stage.context.newId(), paymentId, amount, status, createdAt: stage.context.now() },
      });
    }
    const read = () => readPayment(stage.context, owner, { paymentId });
    expect(await read()).toMatchObject({ amount: 2598, refundable: 1898, moreRefunds: 0 });
    expect((await read()).refunds.map(({ amount }) => amount)).toEqual([200, 300, 500]);
    for (let index = 0; index < 30; index++) {
      await stage.database.refund.create({
        data: { id: stage.context.newId(), paymentId, amount: 1, createdAt: stage.context.now() },
      });
    }
    expect(await read()).toMatchObject({ refundable: 1868, moreRefunds: 13 });
  });

  it('has nothing to give back while it is not paid, and is not there under what is no id', async () => {
    const { id, owner } = await seedOrganization(stage.context);
    const paymentId = await seedPayment(stage.context, id, { status: 'pending' });
    expect(await readPayment(stage.context, owner, { paymentId })).toMatchObject({ refundable: 0 });
    for (const wrong of ['', 'x', stage.context.newId()]) {
      expect((await refusal(readPayment(stage.context, owner, { paymentId: wrong }))).code).toBe(
        'payment_unknown',
      );
    }
  });
});

describe('the totals of payments', () => {
  it('count what was paid, refunded since or not, and what was kept of the fee, in each currency and month', async () => {
    const { id, owner } = await seedOrganization(stage.context);
    const seed = (payment: Parameters<typeof seedPayment>[2]) => seedPayment(stage.context, id, payment);
    const lastMonth = new Date('2026-10-31T23:59:59.999Z');
    const thisMonth = new Date('2026-11-01T00:00:00.000Z');
    await seed({ unitAmount: 1000, quantity: 1, fee: 50, paidAt: lastMonth });
    await seed({ unitAmount: 2000, quantity: 2, fee: 100, paidAt: thisMonth });
    await seed({
      status: 'partially_refunded',
      unitAmount: 1000,
      quantity: 1,
      fee: 50,
      refundedAmount: 400,
      refundedFee: 20,
    });
    await seed({
      status: 'refunded',
      unitAmount: 700,
      quantity: 1,
      fee: 35,
      refundedAmount: 700,
      refundedFee: 35,
    });
    await seed({ status: 'pending', unitAmount: 9999 });
    await seed({ status: 'failed', unitAmount: 9999 });
    await seed({ unitAmount: 500, quantity: 1, currency: 'jpy', fee: 5 });
    expect(await paymentTotals(stage.context, owner)).toEqual({
      monthBegan: thisMonth,
      currencies: [
        {
          currency: 'gbp',
          allTime: { count: 4, gross: 6700, refunded: 1100, fees: 180, net: 5420 },
          thisMonth: { count: 3, gross: 5700, refunded: 1100, fees: 130, net: 4470 },
        },
        {
          currency: 'jpy',
          allTime: { count: 1, gross: 500, refunded: 0, fees: 5, net: 495 },
          thisMonth: { count: 1, gross: 500, refunded: 0, fees: 5, net: 495 },
        },
      ],
    });
  });

  it('are nothing where nothing was paid, and do not overflow', async () => {
    const { id, owner } = await seedOrganization(stage.context);
    expect((await paymentTotals(stage.context, owner)).currencies).toEqual([]);
    for (let index = 0; index < 3; index++) {
      await seedPayment(stage.context, id, { unitAmount: 2_000_000_000, quantity: 1 });
    }
    expect((await paymentTotals(stage.context, owner)).currencies[0]?.allTime.net).toBe(6_000_000_000);
  });
});

describe('of 100,000 payments', () => {
  it('a page is read on an index, and the totals at once, in every organization', async () => {
    const { id } = await seedOrganization(stage.context);
    const one = await seedPayment(stage.context, id);
    await stage.database.$executeRaw`
      INSERT INTO payments (id, organization_id, product_id, product_name, unit_amount, quantity, currency, amount, fee, email,
        status, account_id, request_key, fingerprint, checkout_url, success_url, cancel_url, created_at, expires_at, paid_at)
      SELECT gen_random_uuid(), organization_id, product_id, product_name, n, 1, 'gbp', n, 0, email,
        CASE WHEN n % 10 = 0 THEN 'failed' ELSE 'paid' END::payment_status, account_id, 'bulk ' || n, fingerprint,
        'https://checkout.stripe.com/c/pay/cs_live_' || repeat('a', 400), success_url, cancel_url, now(), now(), CASE WHEN n % 10 > 0 THEN now() END
      FROM payments, generate_series(1, 100000) n WHERE id = ${one}::uuid`;
    await stage.database.$executeRawUnsafe('VACUUM ANALYZE payments');
    const explain = async (query: Prisma.Sql) => {
      const [plan] = await stage.database.$queryRaw<
        [{ 'QUERY PLAN': [{ 'Execution Time': number; Plan: object }] }]
      >(Prisma.sql`EXPLAIN (ANALYZE, FORMAT JSON) ${query}`);
      const [{ Plan, 'Execution Time': milliseconds }] = plan['QUERY PLAN'];
      return { nodes: JSON.stringify(Plan), milliseconds };
    };
    const cursor = ['after', one] as ['after', string];
    for (const query of [
      paymentsQuery(id, {}),
      paymentsQuery(id, { status: 'refunded' }),
      paymentsQuery(id, { status: 'failed' }, cursor),
    ]) {
      const { nodes } = await explain(query);
      expect(nodes).not.toMatch(/Seq Scan|"Sort"/);
      const looked = [...nodes.matchAll(/"Actual Rows":([\d.]+)/g)].map(([, rows]) => Number(rows));
      expect(Math.max(...looked)).toBeLessThan(20);
    }
    // As the planner likes, from the index or the rows; it took 40 to 120 ms on two busy cores.
    expect((await explain(totalsQuery(id, stage.context.now()))).milliseconds).toBeLessThan(1_000);
    // Whoever has few is not held up by who has many.
    const small = await seedOrganization(stage.context);
    await seedPayment(stage.context, small.id);
    const { nodes } = await explain(totalsQuery(small.id, stage.context.now()));
    expect(nodes).toContain('payments_totals');
    expect(nodes).not.toContain('Seq Scan');
  });
});
