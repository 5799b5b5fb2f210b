import type { Context } from '../../context.ts';

/** How the organization's account at Stripe stands. `active`: customers can pay, and the money is paid out. */
export type PaymentAccountStatus = 'not_connected' | 'pending' | 'active';

export interface PaymentAccountShown {
  status: PaymentAccountStatus;
  accountId: string | null;
  detailsSubmitted: boolean;
  chargesEnabled: boolean;
  payoutsEnabled: boolean;
  /** Why Stripe has switched something off, in its word; "disconnected" where the account is ours no more. */
  disabledReason: string | null;
  /** When Stripe was asked last; null where there is no account. */
  readAt: Date | null;
}

const none: PaymentAccountShown = {
  status: 'not_connected',
  accountId: null,
  detailsSubmitted: false,
  chargesEnabled: false,
  payoutsEnabled: false,
  disabledReason: null,
  readAt: null,
};

export async function readPaymentAccount(
  { database }: Pick<Context, 'database'>,
  organizationId: string,
): Promise<PaymentAccountShown> {
  const account = await database.paymentAccount.findUnique({ where: { organizationId } });
  if (!account) return none;
  const { accountId, detailsSubmitted, chargesEnabled, payoutsEnabled, disabledReason, readAt } = account;
  const status = accountStatus(account);
  return { status, accountId, detailsSubmitted, chargesEnabled, payoutsEnabled, disabledReason, readAt };
}

/** Of an account that is there. */
export function accountStatus(account: {
  chargesEnabled: boolean;
  payoutsEnabled: boolean;
}): 'pending' | 'active' {
  return account.chargesEnabled && account.payoutsEnabled ? 'active' : 'pending';
}
