import type { Transaction } from '../../database/client.ts';

/**
 * How often a subscription is changed at most. Stripe's own limits for one subscription are 10 new invoices a minute, 20 a
 * day, and 200 quantity updates an hour (docs.stripe.com/rate-limits); what goes beyond is answered 429. Some are left for
 * invoices and updates that are not ours: the first one, a renewal, a hand in the dashboard or the portal.
 */
const windows = [
  { of: 'invoices', most: 8, seconds: 60 },
  { of: 'invoices', most: 18, seconds: 86_400 },
  { of: 'updates', most: 190, seconds: 3_600 },
] as const;

const LONGEST_SECONDS = 86_400;

/** By how much Stripe's clock may be behind ours, in seconds. */
const CLOCK_SECONDS = 1;

/** What was sent to Stripe: when last, in how many attempts, and whether it makes an invoice. */
export interface Sent {
  at: Date;
  attempts: number;
  increase: boolean;
}

/**
 * The moment from which a subscription may be changed again; null where that is now. An increase makes an invoice; a decrease
 * makes none, and waits for the limit of updates alone. Of those every attempt counts, as it may have reached Stripe; an
 * invoice is made by the last one alone, since it is only sent where Stripe was read and had not acted on the others.
 */
export function nextSending(sent: readonly Sent[], increase: boolean, now: Date): Date | null {
  let next = now.getTime();
  for (const { of, most, seconds } of windows) {
    if (of === 'invoices' && !increase) continue;
    const counted = sent
      .filter((each) => of === 'updates' || each.increase)
      .flatMap(({ at, attempts }) => Array<number>(of === 'updates' ? attempts : 1).fill(at.getTime()))
      .sort((one, other) => other - one);
    // The one that has to have left the window for another to be within the limit.
    const hindering = counted[most - 1];
    if (hindering !== undefined) next = Math.max(next, hindering + 1000 * (seconds + CLOCK_SECONDS));
  }
  return next > now.getTime() ? new Date(next) : null;
}

/**
 * The same for an organization, from what it has sent; or, where that is later, the moment that Stripe itself has asked it to
 * wait for. To be asked behind the organization's lock.
 */
export async function nextSendingOf(
  transaction: Transaction,
  organizationId: string,
  increase: boolean,
  now: Date,
): Promise<Date | null> {
  const since = new Date(now.getTime() - 1000 * (LONGEST_SECONDS + CLOCK_SECONDS));
  const rows = await transaction.seatChange.findMany({
    where: { organizationId, sentAt: { gte: since } },
    select: { sentAt: true, attempt: true, fromQuantity: true, toQuantity: true, sendAfter: true },
  });
  const sent = rows.map(({ sentAt, attempt, fromQuantity, toQuantity }) => ({
    at: sentAt as Date,
    attempts: attempt,
    increase: toQuantity > fromQuantity,
  }));
  // On what was sent it is Stripe's word: what waits for our own limits has not been sent.
  const asked = rows.map(({ sendAfter }) => sendAfter?.getTime() ?? 0);
  const latest = Math.max(now.getTime(), nextSending(sent, increase, now)?.getTime() ?? 0, ...asked);
  return latest > now.getTime() ? new Date(latest) : null;
}
