import { RetryableFailure } from '../clients/failures.ts';
import type { StripeClient } from '../clients/stripe/client.ts';
import { StripeRefusal, StripeStoredFailure } from '../clients/stripe/failures.ts';
import { effect } from '../domain/effects.ts';
import {
  failRefund,
  mayBeMade,
  noteSending,
  readRefundToSend,
  renewRefundAttempt,
} from '../domain/payments/refunds/send-refund.ts';
import { record } from '../domain/record.ts';
import { defineJob } from './job.ts';
import { followPayment, type PaymentJobContext } from './payment-follow.ts';

export type RefundJobContext = PaymentJobContext & { stripe: Pick<StripeClient, 'refundPayment'> };

const GIVEN_UP = 'Stripe could not be told of it, after several attempts.';
const HOUR_MS = 3_600_000;
const NOT_ACCEPTED = 'Stripe did not accept it.';
/** What Stripe says no with where a person can do something about it (docs.stripe.com/error-codes). */
const sentences: Record<string, string> = {
  charge_already_refunded: 'All of the payment was given back already.',
  charge_disputed: 'The customer’s bank disputes the payment, and decides where its money goes.',
  balance_insufficient: 'The balance at Stripe does not cover it.',
};

/**
 * Carries a refund to Stripe. Every run begins with reading the payment: a refund that an earlier run made before it died is seen
 * there by its metadata and not made again, however long ago that was; two runs at once share an idempotency key. One that was
 * sent is tried again each hour for a week, and what it is of cannot be given back a second time meanwhile.
 */
export const refundSend = defineJob<'refund.send', RefundJobContext>('refund.send', {
  queue: 'stripe',
  async run(context, { refundId }, { log }) {
    const asked = await readRefundToSend(context, refundId);
    if (!asked) return;
    await followPayment(context, asked.paymentId, log);
    const refund = await readRefundToSend(context, refundId);
    if (!refund) return;
    await noteSending(context, refund);
    try {
      await context.stripe.refundPayment(refund);
    } catch (error) {
      if (error instanceof StripeStoredFailure) await renewRefundAttempt(context, refund);
      if (!(error instanceof StripeRefusal)) throw error;
      log.warn({ err: error, refundId }, 'Stripe refused a refund.');
      await followPayment(context, refund.paymentId, log);
      const reason = sentences[error.code ?? ''] ?? NOT_ACCEPTED;
      return context.database.$transaction((transaction) =>
        failRefund(transaction, context, refundId, reason),
      );
    }
    await followPayment(context, refund.paymentId, log);
    if (await readRefundToSend(context, refundId)) {
      throw new RetryableFailure('Stripe took a refund and does not show it yet.');
    }
  },
  // Whether a call that was not answered gave the money back nobody knows: until Stripe says so, it counts as given.
  async onParked(transaction, context, { refundId }) {
    if (await mayBeMade(transaction, context, refundId)) {
      const at = new Date(context.now().getTime() + HOUR_MS);
      await record(transaction, context, [], [effect('refund.send', { refundId }, { availableAt: at })]);
    } else {
      await failRefund(transaction, context, refundId, GIVEN_UP);
    }
  },
});
