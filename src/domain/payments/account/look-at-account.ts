import type { Context } from '../../context.ts';
import { type Effect, effect } from '../../effects.ts';
import { record } from '../../record.ts';

/** Accounts that one run has read, a tenth of a second apart: Stripe takes 25 calls a second in a sandbox. */
const AT_A_TIME = 1_000;
const APART_MS = 100;

/** Several that wait are one. */
export function accountRead(accountId: string, availableAt?: Date): Effect {
  return effect(
    'account.read',
    { accountId },
    { key: `account:${accountId}`, ...(availableAt && { availableAt }) },
  );
}

/**
 * Somebody came back from Stripe's onboarding: their account is read now. Does nothing for an id that is none of ours, and any
 * number of calls leave one look behind.
 */
export async function lookAtAccount(context: Context, accountId: string): Promise<void> {
  const known = await context.database.paymentAccount.count({ where: { accountId } });
  if (known === 0) return;
  await record(context.database, context, [], [accountRead(accountId)]);
}

/** Has every account read that was not since `before`, the one first that waits longest. Returns how many. */
export async function lookAtOldAccounts(context: Context, before: Date): Promise<number> {
  const old = await context.database.paymentAccount.findMany({
    where: { readAt: { lt: before } },
    orderBy: { readAt: 'asc' },
    take: AT_A_TIME,
    select: { accountId: true },
  });
  const now = context.now().getTime();
  const effects = old.map(({ accountId }, index) => accountRead(accountId, new Date(now + index * APART_MS)));
  await record(context.database, context, [], effects);
  return old.length;
}
