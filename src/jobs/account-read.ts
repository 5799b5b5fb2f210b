import type { StripeClient } from '../clients/stripe/client.ts';
import { readingMoment } from '../domain/billing/reading-moment.ts';
import type { Context } from '../domain/context.ts';
import { applyAccount } from '../domain/payments/account/apply-account.ts';
import { lookAtOldAccounts } from '../domain/payments/account/look-at-account.ts';
import { defineJob } from './job.ts';
import type { Schedule } from './schedules.ts';

export type AccountJobContext = Context & { stripe: Pick<StripeClient, 'readAccount'> };

/** Brings an organization's account to what Stripe says of it. */
export const accountRead = defineJob<'account.read', AccountJobContext>('account.read', {
  queue: 'stripe',
  run: (context, { accountId }) => followAccount(context, accountId),
});

/** The same, for whatever heard of it. */
export async function followAccount(context: AccountJobContext, accountId: string): Promise<void> {
  const readAt = await readingMoment(context);
  await applyAccount(context, await context.stripe.readAccount(accountId, readAt));
}

const HOUR_MS = 3_600_000;

/**
 * Reads the accounts again: each hour where no webhook tells of them, else once a day, since Stripe lists a connected account's
 * events to nobody who asks for the platform's.
 */
export const readAccounts: Schedule<Context & { hearsOfAccounts: boolean }> = {
  every: 3600,
  async run(context, { log }) {
    const age = context.hearsOfAccounts ? 24 * HOUR_MS : HOUR_MS - 60_000;
    const count = await lookAtOldAccounts(context, new Date(context.now().getTime() - age));
    if (count > 0) log.info({ count }, 'connected accounts are read again');
  },
};
