import { RetryableFailure } from '../clients/failures.ts';
import { StripeBusy, StripeRefusal, StripeStoredFailure } from '../clients/stripe/failures.ts';
import { type ChangeToSend, claimSeatChange, type NextStep } from '../domain/seats/claim-seat-change.ts';
import { tellDelay, turnAway } from '../domain/seats/hold-back.ts';
import {
  noteCredit,
  readSeatChange,
  refuseSeatChange,
  refuseSeatChangeIn,
  renewAttempt,
} from '../domain/seats/sent-seat-change.ts';
import type { Logger } from '../logger.ts';
import { type BillingJobContext, followSubscription } from './follow-subscription.ts';
import { defineJob } from './job.ts';

const NOT_ACCEPTED = 'Stripe did not accept the change. Nothing was charged for it.';
const GIVEN_UP =
  'The change could not be carried to Stripe, after several attempts. Your seats are what Stripe says they are.';

/** The failed try of which the Owner is told: half a minute after the first. The last one is hours away. */
const TOLD_AT = 3;

interface Subscribed {
  organizationId: string;
  subscriptionId: string;
}

/**
 * Carries a seat change to Stripe. Every run begins with reading the subscription: what an earlier run did before it died is
 * seen there and not done again, and two runs at once share an idempotency key. Whatever happens, Stripe is read once more
 * at the end, and only what it says then counts.
 */
export const seatsCarry = defineJob<'seats.carry', BillingJobContext>('seats.carry', {
  queue: 'stripe',
  async run(context, { seatChangeId }, { attempt, log }) {
    try {
      await carry(context, seatChangeId, log);
    } catch (error) {
      if (attempt >= TOLD_AT && isFailedTry(error)) await tellDelay(context, seatChangeId);
      throw error;
    }
  },
  onParked: (transaction, context, { seatChangeId }) =>
    refuseSeatChangeIn(transaction, context, seatChangeId, GIVEN_UP),
});

async function carry(context: BillingJobContext, seatChangeId: string, log: Logger): Promise<void> {
  const change = await readSeatChange(context, seatChangeId);
  if (!change) return;
  const { organizationId, subscriptionId } = change;
  if (subscriptionId === null) return refuseSeatChange(context, seatChangeId, NOT_ACCEPTED);
  const subscribed = { organizationId, subscriptionId };
  const step = await stepAfterWithdrawal(context, seatChangeId, subscribed, log);
  if (step.kind === 'send') await send(context, step.change, subscribed, log);
}

/** Whether Stripe failed to do it, and did not just ask us to wait. */
function isFailedTry(error: unknown): boolean {
  return error instanceof RetryableFailure && error.retryAfter === undefined;
}

async function nextStep(
  context: BillingJobContext,
  seatChangeId: string,
  subscribed: Subscribed,
  log: Logger,
): Promise<NextStep> {
  const { reading } = await followSubscription(context, subscribed, log);
  const step = await claimSeatChange(context, seatChangeId, subscribed.organizationId, reading);
  if (step.kind === 'read_again') {
    throw new RetryableFailure('Stripe has moved on since it was read.', { retryAfter: 1 });
  }
  return step;
}

/** Where Stripe holds an earlier change back, that one is withdrawn, and the step is decided again. */
async function stepAfterWithdrawal(
  context: BillingJobContext,
  seatChangeId: string,
  subscribed: Subscribed,
  log: Logger,
): Promise<NextStep> {
  const step = await nextStep(context, seatChangeId, subscribed, log);
  if (step.kind !== 'withdraw') return step;
  if (step.invoiceId !== null) await context.stripe.withdrawInvoice(step.invoiceId);
  const next = await nextStep(context, seatChangeId, subscribed, log);
  if (next.kind === 'withdraw') throw new RetryableFailure('Stripe still holds an earlier change back.');
  return next;
}

async function send(
  context: BillingJobContext,
  change: ChangeToSend,
  subscribed: Subscribed,
  log: Logger,
): Promise<void> {
  const { id, attempt, quantity, prorationAt, increase } = change;
  const { subscriptionId } = subscribed;
  if (!increase) await expectCredit(context, change, subscriptionId);
  try {
    const idempotencyKey = `seats:${id}:${attempt}`;
    await context.stripe.changeQuantity({ subscriptionId, quantity, prorationAt, increase, idempotencyKey });
  } catch (error) {
    if (await isSettledBy(context, change, error, log)) return;
    throw error;
  }
  await followSubscription(context, subscribed, log);
  const open = await readSeatChange(context, id);
  if (open?.status === 'sent') throw new RetryableFailure('Stripe took the change and does not show it yet.');
}

/** The credit is told when the decrease is applied; without it the Owner is told without an amount. */
async function expectCredit(
  { stripe, ...context }: BillingJobContext,
  { id, quantity, prorationAt }: ChangeToSend,
  subscriptionId: string,
): Promise<void> {
  const preview = await stripe.previewChange(subscriptionId, quantity, prorationAt).catch(() => null);
  if (preview) await noteCredit(context, id, preview.amountDue);
}

/** Whether nothing is left to do after `error`: Stripe said no, or a newer wish has taken the change's place. */
async function isSettledBy(
  context: BillingJobContext,
  { id, attempt }: ChangeToSend,
  error: unknown,
  log: Logger,
): Promise<boolean> {
  if (error instanceof StripeStoredFailure) await renewAttempt(context, id, attempt);
  if (error instanceof StripeBusy) {
    return turnAway(context, id, new Date(context.now().getTime() + 1000 * (error.retryAfter ?? 0)));
  }
  if (!(error instanceof StripeRefusal)) return false;
  if (error.forPayer === null) log.error({ err: error, seatChangeId: id }, 'Stripe refused a seat change.');
  await refuseSeatChange(context, id, error.forPayer ?? NOT_ACCEPTED);
  return true;
}
