import type { Account } from '../account.ts';
import { rateLimited } from '../refusal.ts';

const minute = 60;
const hour = 3_600;
const day = 86_400;

// Per subscription, from docs.stripe.com/rate-limits.
const invoicesPerMinute = 10;
const invoicesPerDay = 20;
const quantityUpdatesPerHour = 200;

function countSince(moments: number[] | undefined, since: number): number {
  return moments?.filter((moment) => moment > since).length ?? 0;
}

function note(moments: Map<string, number[]>, subscription: string, now: number): void {
  const kept = (moments.get(subscription) ?? []).filter((moment) => moment > now - day);
  moments.set(subscription, [...kept, now]);
}

export function noteInvoice(account: Account, subscription: string): void {
  note(account.invoiceMoments, subscription, account.now());
}

/** Refuses (429) the eleventh new invoice of a subscription in a minute and the 21st in a day. */
export function requireRoomForInvoice(account: Account, subscription: string): void {
  if (!account.settings.enforceLimits) return;
  const moments = account.invoiceMoments.get(subscription);
  const now = account.now();
  if (countSince(moments, now - minute) >= invoicesPerMinute) {
    throw rateLimited(
      `You have exceeded the limit of ${invoicesPerMinute} new invoices per minute for subscription '${subscription}'. ` +
        'You can learn more about rate limits here https://stripe.com/docs/rate-limits.',
    );
  }
  if (countSince(moments, now - day) >= invoicesPerDay) {
    throw rateLimited(
      `You have exceeded the limit of ${invoicesPerDay} new invoices per day for subscription '${subscription}'. ` +
        'You can learn more about rate limits here https://stripe.com/docs/rate-limits.',
    );
  }
}

/** Counts a quantity update and refuses (429) the 201st of a subscription in an hour. */
export function countQuantityUpdate(account: Account, subscription: string): void {
  const now = account.now();
  const recent = countSince(account.quantityMoments.get(subscription), now - hour);
  if (account.settings.enforceLimits && recent >= quantityUpdatesPerHour) {
    throw rateLimited(
      `You have exceeded the limit of ${quantityUpdatesPerHour} quantity updates per hour for subscription ` +
        `'${subscription}'. You can learn more about rate limits here https://stripe.com/docs/rate-limits.`,
    );
  }
  note(account.quantityMoments, subscription, now);
}
