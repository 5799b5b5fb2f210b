import { type Actor, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { permit } from '../permissions.ts';
import { type PaymentAccountShown, readPaymentAccount } from './account/read-account.ts';
import { listPayments, type PaymentFilter, type PaymentPage } from './list-payments.ts';
import { type PaymentTotals, paymentTotals } from './totals.ts';

/** Account, totals and a page of the list, as they are shown together. */
export interface PaymentsShown {
  account: PaymentAccountShown;
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
    readPaymentAccount(context, member.organizationId),
    paymentTotals(context, member),
    listPayments(context, member, { ...filter, ...(key !== undefined && { page: key }) }),
  ]);
  return { account, totals, page, filter };
}
