import { type EventSubject, subjectOf } from '../clients/stripe/event-subject.ts';
import { type BilledTo, findBilledOrganization } from '../domain/billing/billed-organization.ts';
import { resolveFinding } from '../domain/billing/findings.ts';
import { noteDispute, noteFailedRefund, noteRefund } from '../domain/billing/payments-back.ts';
import { isBehind } from '../domain/billing/subscription.ts';
import { handleStored } from '../domain/intake/handle-stored.ts';
import { findNamedPayment } from '../domain/payments/find-payment.ts';
import { notePaymentDispute } from '../domain/payments/note-dispute.ts';
import type { Logger } from '../logger.ts';
import { followAccount } from './account-read.ts';
import { followCheckout } from './checkout-follow.ts';
import { type BillingJobContext, followSubscription } from './follow-subscription.ts';
import { defineJob } from './job.ts';
import { followPayment } from './payment-follow.ts';

/**
 * Handles a Stripe event that was stored on arrival. The event is only a hint at what may have changed: what it is about is
 * read as it is now, so that events twice, late or in any order end at the same.
 */
export const stripeEvent = defineJob<'stripe.event', BillingJobContext>('stripe.event', {
  queue: 'stripe',
  run: (context, { key }, { log }) =>
    handleStored(context, key, async (body) => {
      const subject = subjectOf(JSON.parse(body.toString()));
      if (subject) await handle(context, subject, log);
    }),
});

async function handle(context: BillingJobContext, subject: EventSubject, log: Logger): Promise<void> {
  switch (subject.kind) {
    case 'subscription':
      return follow(context, subject, log);
    case 'payer':
      return follow(context, subject, log, { onlyBehind: true });
    case 'checkout':
      if (await followCheckout(context, subject.sessionId, log)) return;
      return subject.subscriptionId === null ? undefined : follow(context, subject, log);
    case 'refund':
    case 'refunded_charge':
      for (const refund of await context.stripe.readRefunds(subject)) {
        // One reading of the payment has all of its refunds.
        if (refund.paymentId !== null) return follows(context, refund.paymentId, log);
        const note = refund.succeeded ? noteRefund : refund.failed ? noteFailedRefund : null;
        const organization = note && (await billed(context, refund.billedTo, log));
        if (organization) await note(context, { ...refund, organizationId: organization.id }, log);
      }
      return;
    case 'dispute': {
      const dispute = await context.stripe.readDispute(subject.disputeId);
      const payment = await findNamedPayment(context, dispute.paymentId);
      if (payment) return notePaymentDispute(context, payment, dispute, log);
      const organization = await billed(context, dispute.billedTo, log);
      if (organization) await noteDispute(context, { ...dispute, organizationId: organization.id }, log);
      // The finding outlives an organization that was deleted meanwhile.
      else if (dispute.closed) await resolveFinding(context, { kind: 'dispute', subject: dispute.id });
      return;
    }
    case 'payment':
      return follows(context, subject.paymentId, log);
    case 'account':
      return followAccount(context, subject.accountId);
  }
}

async function follows(context: BillingJobContext, paymentId: string, log: Logger): Promise<void> {
  const found = await followPayment(context, paymentId, log);
  if (!found) log.info({ paymentId }, 'A Stripe event is about no payment of ours.');
}

async function billed(context: BillingJobContext, to: BilledTo, log: Logger) {
  const organization = await findBilledOrganization(context, to);
  if (!organization) log.info(to, 'A Stripe event is about no organization of ours.');
  return organization;
}

/** `onlyBehind`: what the event tells of matters only to a subscription that is not paid. */
async function follow(
  context: BillingJobContext,
  to: BilledTo,
  log: Logger,
  { onlyBehind = false } = {},
): Promise<void> {
  const organization = await billed(context, to, log);
  if (!organization || (onlyBehind && !isBehind(organization.status))) return;
  const subscriptionId = to.subscriptionId ?? organization.subscriptionId;
  if (subscriptionId === null) return;
  await followSubscription(context, { organizationId: organization.id, subscriptionId }, log);
}
