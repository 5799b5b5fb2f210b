import Stripe from 'stripe';
import type { AccountReading } from '../../domain/payments/account/apply-account.ts';
import { asking, StripeStoredFailure } from './failures.ts';
import { organizationMetadata } from './metadata.ts';

/**
 * Makes an Express account for an organization: Stripe collects what it has to know and shows the owner a dashboard; the platform
 * pays Stripe's fees and answers for what cannot be collected (docs.stripe.com/connect/express-accounts). `transfers` alone would
 * do, but Stripe gives it without `card_payments` only to platforms that it has approved. Asked again with the same `instead`, it
 * is the same account. `again` asks under a key of its own, where Stripe stored a failure under the usual one.
 */
export async function createAccount(
  stripe: Stripe,
  { organizationId, instead, again }: { organizationId: string; instead: string | null; again: string },
): Promise<string> {
  const create = (idempotencyKey: string) =>
    asking(() =>
      stripe.accounts.create(
        {
          controller: {
            stripe_dashboard: { type: 'express' },
            losses: { payments: 'application' },
            fees: { payer: 'application' },
          },
          capabilities: { card_payments: { requested: true }, transfers: { requested: true } },
          metadata: organizationMetadata(organizationId),
        },
        { idempotencyKey },
      ),
    );
  const key = `account:${organizationId}:${instead ?? 'first'}`;
  try {
    return (await create(key)).id;
  } catch (error) {
    if (!(error instanceof StripeStoredFailure)) throw error;
    return (await create(`${key}:${again}`)).id;
  }
}

/** A page of Stripe's onboarding, opened once and within minutes; null where the account is ours no more. */
export async function openOnboarding(
  stripe: Stripe,
  accountId: string,
  urls: { refresh: string; return: string },
): Promise<string | null> {
  const link = await unlessGone(() =>
    stripe.accountLinks.create({
      account: accountId,
      type: 'account_onboarding',
      refresh_url: urls.refresh,
      return_url: urls.return,
    }),
  );
  return link?.url ?? null;
}

/** A page of the Express dashboard, for the account's owner alone; null where the account is ours no more. */
export async function openDashboard(stripe: Stripe, accountId: string): Promise<string | null> {
  return (await unlessGone(() => stripe.accounts.createLoginLink(accountId)))?.url ?? null;
}

/** The account as it is now; one that is ours no more can do nothing. `readAt` is readingMoment(), taken before the call. */
export async function readAccount(stripe: Stripe, accountId: string, readAt: Date): Promise<AccountReading> {
  const account = await unlessGone(() => stripe.accounts.retrieve(accountId));
  // The type has only accounts that are there; the API also answers those that were deleted.
  if (!account || (account as { deleted?: boolean }).deleted) {
    return {
      accountId,
      detailsSubmitted: false,
      chargesEnabled: false,
      payoutsEnabled: false,
      disabledReason: 'disconnected',
      readAt,
    };
  }
  return {
    accountId,
    detailsSubmitted: account.details_submitted,
    // What a destination charge needs beside the account's own charges.
    chargesEnabled: account.charges_enabled && account.capabilities?.transfers === 'active',
    payoutsEnabled: account.payouts_enabled,
    disabledReason: account.requirements?.disabled_reason ?? null,
    readAt,
  };
}

/** Undefined for an account that Stripe lets us do nothing with (docs.stripe.com/error-codes, account_invalid). */
async function unlessGone<T>(question: () => Promise<T>): Promise<T | undefined> {
  return asking(async () => {
    try {
      return await question();
    } catch (error) {
      const gone = error instanceof Stripe.errors.StripeError && goneCodes.has(error.code ?? '');
      if (gone) return undefined;
      throw error;
    }
  });
}

const goneCodes = new Set(['account_invalid', 'resource_missing']);
