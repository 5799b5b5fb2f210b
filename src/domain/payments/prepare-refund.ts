import type { Actor } from '../actor.ts';
import type { Context } from '../context.ts';
import { refuse } from '../errors.ts';
import { readMoney, typedMoney } from '../money.ts';
import { permitPayments } from './permit-payments.ts';
import { readPayment, type ShownPayment } from './read-payment.ts';

/**
 * The payment of which something is to be given back, as it stands; nothing is written.
 * @throws Refusal `no_organization`, `not_a_member`, `not_allowed`, `payment_unknown`, `payment_not_refundable`.
 */
export async function prepareRefund(
  context: Pick<Context, 'database'>,
  actor: Actor,
  { paymentId }: { paymentId: string },
): Promise<ShownPayment> {
  const payment = await readPayment(context, permitPayments(actor), { paymentId });
  if (payment.refundable === 0) throw refuse('payment_not_refundable');
  return payment;
}

/**
 * The same with the amount that somebody typed, in the currency's whole units, read into its smallest.
 * @throws Refusal as above; on `amount`: `refund_form`, `refund_range`.
 */
export async function checkRefund(
  context: Pick<Context, 'database'>,
  actor: Actor,
  { paymentId, typed }: { paymentId: string; typed: string },
): Promise<{ payment: ShownPayment; amount: number }> {
  const payment = await prepareRefund(context, actor, { paymentId });
  const { refundable: most, currency } = payment;
  const amount = readMoney(typed, currency);
  if (amount === null) throw refuse('refund_form', { example: typedMoney(most, currency) }).on('amount');
  if (amount < 1 || amount > most) throw refuse('refund_range', { most, currency }).on('amount');
  return { payment, amount };
}
