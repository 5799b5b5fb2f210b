import { Prisma } from '../../database/client.ts';
import type { Context } from '../context.ts';
import { paymentAnnounce, ticketsRelease } from '../effects.ts';
import { record, recordClauses } from '../record.ts';

/** A payment as the support channel is told of it. Amounts are in the smallest unit of the currency. */
export interface AnnouncedPayment {
  id: string;
  organizationId: string;
  teamId: string;
  productName: string;
  quantity: number;
  amount: number;
  currency: string;
  email: string;
  reference: string | null;
  /** The website's, like "https://shop.example"; null where a server began it. */
  origin: string | null;
  paidAt: Date;
  refundedAmount: number;
  /** What of it the message says was refunded. */
  shownRefund: number;
  /** Where the message stands; null until it is posted. */
  channelId: string | null;
  messageTs: string | null;
  /** Where it is posted while it stands nowhere; null until somebody chose one. */
  supportChannelId: string | null;
}

/** Null where the payment is gone, or was never paid: then nobody is told. */
export async function readAnnounced(
  { database }: Pick<Context, 'database'>,
  paymentId: string,
): Promise<AnnouncedPayment | null> {
  const payment = await database.payment.findUnique({
    where: { id: paymentId },
    select: {
      id: true,
      organizationId: true,
      productName: true,
      quantity: true,
      amount: true,
      currency: true,
      email: true,
      reference: true,
      origin: true,
      paidAt: true,
      refundedAmount: true,
      shownRefund: true,
      channelId: true,
      messageTs: true,
      organization: { select: { teamId: true, supportChannelId: true } },
    },
  });
  if (!payment?.paidAt) return null;
  const { organization, paidAt, ...rest } = payment;
  return { ...rest, ...organization, paidAt };
}

/** Records where a payment's message stands, once. Where more or less was refunded meanwhile, the message follows. */
export async function recordPaymentPosted(
  context: Context,
  {
    channelId,
    ts,
    shown: { id, refundedAmount },
  }: { channelId: string; ts: string; shown: AnnouncedPayment },
): Promise<void> {
  const behind = Prisma.sql`EXISTS (SELECT FROM recorded WHERE refunded_amount <> ${refundedAmount})`;
  await context.database.$executeRaw`
    WITH recorded AS (
      UPDATE payments SET channel_id = ${channelId}, message_ts = ${ts}, shown_refund = ${refundedAmount}
      WHERE id = ${id}::uuid AND message_ts IS NULL
      RETURNING refunded_amount),
    ${recordClauses(context, [], [paymentAnnounce(id)], behind)}
    SELECT 1`;
}

/** Records what a payment's message says by now; nothing where it stands elsewhere since. */
export async function recordRefundShown(
  { database }: Pick<Context, 'database'>,
  { id, channelId, messageTs, refundedAmount }: AnnouncedPayment,
): Promise<void> {
  await database.payment.updateMany({
    where: { id, channelId, messageTs },
    data: { shownRefund: refundedAmount },
  });
}

/** A payment's message is gone, or stands where nothing can be changed any more: it is posted anew in the present channel. */
export async function announceAnew(
  context: Context,
  { id, organizationId, channelId, messageTs }: AnnouncedPayment,
): Promise<void> {
  await context.database.$transaction(async (transaction) => {
    const { count } = await transaction.payment.updateMany({
      where: { id, channelId, messageTs },
      data: { channelId: null, messageTs: null },
    });
    if (count > 0) await record(transaction, context, [], [ticketsRelease(organizationId)]);
  });
}

/** Payments whose message says something else than what was refunded: it could not be changed, or a hint was lost. */
export async function listOutdated(
  { database }: Pick<Context, 'database'>,
  organizationId: string,
  most: number,
): Promise<{ id: string }[]> {
  return database.$queryRaw<{ id: string }[]>`
    SELECT p.id FROM payments p
    WHERE p.organization_id = ${organizationId}::uuid AND p.paid_at IS NOT NULL
      AND p.message_ts IS NOT NULL AND p.shown_refund <> p.refunded_amount
    ORDER BY p.id LIMIT ${most}`;
}
