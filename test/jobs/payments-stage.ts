import { randomUUID } from 'node:crypto';
import { connectEvents, webhookEvents } from '../../src/clients/stripe/setup.ts';
import type { Member } from '../../src/domain/actor.ts';
import { requireMember } from '../../src/domain/actor.ts';
import { identify } from '../../src/domain/members/identify.ts';
import { requestRefund } from '../../src/domain/payments/refunds/request-refund.ts';
import { type PaymentForm, payOnPage } from '../sandbox/stripe/shopper.ts';
import { openWorld, type TestWorld } from '../setup/desk.ts';
import type { TestBackend } from '../setup/redis.ts';
import { type Begun, openShop, type Shop } from '../web/plugin/shop.ts';

/** An organization that takes payments, in the whole product, and what happens to one of them. */
export interface PaymentStage {
  world: TestWorld;
  shop: Shop;
  owner: Member;
  begin(): Promise<{ id: string; url: string; sessionId: string }>;
  pay(form?: PaymentForm): Promise<{ id: string; chargeId: string }>;
  refund(paymentId: string, amount: number, onceKey?: string): ReturnType<typeof requestRefund>;
  row(id: string): ReturnType<TestWorld['context']['database']['payment']['findUniqueOrThrow']>;
  refunds(paymentId: string): ReturnType<TestWorld['context']['database']['refund']['findMany']>;
  /** Every refund that Stripe has of a payment's charge. */
  atStripe(chargeId: string): { amount: number; status: string | null }[];
  /** What the Owner was told that says so. */
  told(about: string): Promise<string[]>;
  /** settle(), and again later while something waits for its next try. */
  settleWithRetries(): Promise<void>;
}

const wanted = new Set<string>([...webhookEvents, ...connectEvents]);
/** What endpoints that were set up as we say are not sent. */
export const unwanted = ({ type }: { type: string }) => !wanted.has(type);

export async function openPayments(backend?: TestBackend): Promise<PaymentStage> {
  const world = await openWorld({
    PLATFORM_FEE_PERCENT: '2.5',
    PLATFORM_FEE_FIXED: '20',
    ...(backend?.redisUrl && { REDIS_URL: backend.redisUrl }),
  });
  world.stripe.webhooks.drop(unwanted);
  const shop = await openShop(world);
  const { context, stripe } = world;
  const { database } = context;
  const { desk } = shop;
  const person = { teamId: desk.teamId, userId: desk.owner.user.id, name: 'Olivia Owner' };
  const owner = requireMember(await identify(context, person));
  const stage: PaymentStage = {
    world,
    shop,
    owner,
    async begin() {
      const { body } = await shop.begin();
      const { payment, url } = body as unknown as Begun;
      const { sessionId } = await stage.row(payment.id);
      return { id: payment.id, url: String(url), sessionId: String(sessionId) };
    },
    async pay(form) {
      const { id, url } = await stage.begin();
      await payOnPage(url, form);
      const charge = stripe.state.charges().find(({ metadata }) => metadata.payment_id === id);
      return { id, chargeId: String(charge?.id) };
    },
    refund: (paymentId, amount, onceKey = randomUUID()) =>
      requestRefund(context, owner, { paymentId, amount, onceKey }),
    row: (id) => database.payment.findUniqueOrThrow({ where: { id } }),
    refunds: (paymentId) => database.refund.findMany({ where: { paymentId }, orderBy: { id: 'asc' } }),
    atStripe: (chargeId) =>
      stripe.state
        .refunds()
        .filter(({ charge }) => charge === chargeId)
        .map(({ amount, status }) => ({ amount, status })),
    async told(about) {
      const messages = await world.slack.directMessages(desk.teamId, desk.owner.user.id);
      return messages.map(({ text }) => String(text)).filter((text) => text.includes(about));
    },
    async settleWithRetries() {
      await world.settle();
      const waits = () =>
        database.outboxRow.count({
          where: { status: 'pending', topic: { in: ['refund.send', 'stripe.event', 'account.read'] } },
        });
      for (let time = 0; time < 12 && (await waits()) > 0; time++) {
        await world.advance({ seconds: 600 });
        await world.settle();
      }
    },
  };
  return stage;
}
