import type { CheckoutPage } from '../../database/client.ts';
import type { Context } from '../context.ts';
import { effect } from '../effects.ts';
import { record } from '../record.ts';

/** When a page is first looked at by itself, and how often then, in milliseconds: Stripe closes it after 24 hours. */
const FIRST_LOOK_MS = 10 * 60_000;
const LOOK_AGAIN_MS = 60 * 60_000;

/**
 * Remembers a page that was opened at Stripe, and has it followed until it was paid or has run out: a payment is seen though
 * every webhook of it were lost. The same page again is the same row.
 */
export async function recordCheckoutPage(
  context: Context,
  page: { sessionId: string; organizationId: string; quantity: number },
): Promise<void> {
  await context.database.$transaction(async (transaction) => {
    const { count } = await transaction.checkoutPage.createMany({
      data: [{ ...page, openedAt: context.now() }],
      skipDuplicates: true,
    });
    if (count > 0) await record(transaction, context, [], [follow(context, page.sessionId, FIRST_LOOK_MS)]);
  });
}

/** Has a page that is still open looked at again later. */
export async function followLater(context: Context, sessionId: string): Promise<void> {
  await record(context.database, context, [], [follow(context, sessionId, LOOK_AGAIN_MS)]);
}

/**
 * Somebody came back from a page: it is looked at now. Does nothing for an id that is none of an open page of ours, and any
 * number of calls leave one look behind.
 */
export async function lookAtCheckoutPage(context: Context, sessionId: string): Promise<void> {
  const open = await context.database.checkoutPage.count({ where: { sessionId, status: 'open' } });
  if (open === 0) return;
  const now = effect('checkout.follow', { sessionId }, { key: `checkout-now:${sessionId}` });
  await record(context.database, context, [], [now]);
}

/** Null where it is no page of ours. */
export async function findCheckoutPage(
  context: Pick<Context, 'database'>,
  sessionId: string,
): Promise<CheckoutPage | null> {
  return context.database.checkoutPage.findUnique({ where: { sessionId } });
}

/** Settles an open page, once. */
export async function settleCheckoutPage(
  context: Pick<Context, 'database' | 'now'>,
  sessionId: string,
  outcome: { status: 'completed'; subscriptionId: string | null } | { status: 'expired' },
): Promise<void> {
  await context.database.checkoutPage.updateMany({
    where: { sessionId, status: 'open' },
    data: { ...outcome, settledAt: context.now() },
  });
}

/** One waits at a time: a page that is followed already is not followed twice. */
function follow(context: Pick<Context, 'now'>, sessionId: string, afterMs: number) {
  const availableAt = new Date(context.now().getTime() + afterMs);
  return effect('checkout.follow', { sessionId }, { key: `checkout:${sessionId}`, availableAt });
}
