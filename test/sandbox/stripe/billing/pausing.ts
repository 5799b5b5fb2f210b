import type { Account } from '../account.ts';
import type { SubscriptionRecord } from '../records/subscription.ts';
import { invalidRequest } from '../refusal.ts';
import { clearAlarms } from './cancellation.ts';
import { expirePendingUpdate } from './pending-update.ts';

/** Stops a subscription's billing until it is resumed: no invoices, no new periods. */
export function pauseSubscription(
  account: Account,
  subscription: SubscriptionRecord,
  why: 'pause_requested' | 'trial_end_without_payment_method',
): SubscriptionRecord {
  if (subscription.status !== 'active' && subscription.status !== 'trialing') {
    throw invalidRequest(
      `You can only pause active or trialing subscriptions. This subscription is ${subscription.status}.`,
    );
  }
  expirePendingUpdate(account, subscription);
  clearAlarms(account, subscription.id);
  subscription.status = 'paused';
  subscription.status_details = {
    paused: { subscription: { type: why }, transitioned_at: account.now(), type: 'subscription' },
  };
  account.emit('customer.subscription.paused', subscription);
  return subscription;
}
