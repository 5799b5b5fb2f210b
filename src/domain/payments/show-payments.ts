import { type Actor, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { permit } from '../permissions.ts';
import { listPayments, type PaymentFilter, type PaymentPage } from './list-payments.ts';
import { type PaymentTotals, paymentTotals } from './totals.ts';

/**
 * The organization's account at Stripe: there is none; Stripe waits for something, or has switched something off; or customers
 * can pay and the money is paid out.
 */
export type AccountState =
  | { state: 'none' }
  | {
      state: 'pending' | 'active';
      /** Whether the Owner has been through Stripe's form. */
      detailsSubmitted: boolean;
      chargesEnabled: boolean;
      payoutsEnabled: boolean;
      /** Why Stripe has switched something off, in its word. */
      disabledReason: string | null;
    };

/** Account, totals and a page of the list, as they are shown together. */
export interface PaymentsShown {
  account: AccountState;
  totals: PaymentTotals;
  page: PaymentPage;
  filter: PaymentFilter;
}

/**
 * What `/org payments` shows, by a constant number of statements on indexes.
 * @throws Refusal `no_organization`, `not_a_member`, `not_allowed`.
 */
export async function showPayments(
  context: Pick<Context, 'database' | 'now'>,
  actor: Actor,
  { page: key, ...filter }: PaymentFilter & { page?: string } = {},
): Promise<PaymentsShown> {
  const member = requireMember(actor);
  permit(member, 'payments.view');
  const [account, totals, page] = await Promise.all([
    readAccountState(context, member.organizationId),
    paymentTotals(context, member),
    listPayments(context, member, { ...filter, ...(key !== undefined && { page: key }) }),
  ]);
  return { account, totals, page, filter };
}

async function readAccountState(
  { database }: Pick<Context, 'database'>,
  organizationId: string,
): Promise<AccountState> {
  const account = await database.paymentAccount.findUnique({
    where: { organizationId },
    select: { detailsSubmitted: true, chargesEnabled: true, payoutsEnabled: true, disabledReason: true },
  });
  if (!account) return { state: 'none' };
  return { state: account.chargesEnabled && account.payoutsEnabled ? 'active' : 'pending', ...account };
}
