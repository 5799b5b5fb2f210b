import { readingMoment } from '../../domain/billing/reading-moment.ts';
import type { Context } from '../../domain/context.ts';
import { refuse } from '../../domain/errors.ts';
import { readPayee, rememberPaymentAccount } from '../../domain/payments/account/payee.ts';
import type { StripeClient } from './client.ts';

/** Where Stripe's onboarding leads: back, and when a link was used or has run out. `back` is told the account's id. */
export interface OnboardingUrls {
  back(accountId: string): string;
  again: string;
}

type Accounts = Pick<StripeClient, 'createAccount' | 'openOnboarding' | 'openDashboard'>;

/** Answers what the Slack side asks of Stripe about an organization's account (PaymentQuestions). */
export function createPaymentQuestions(context: Context, stripe: Accounts, urls: OnboardingUrls) {
  const connect = async (organizationId: string, instead: string | null) => {
    const readAt = await readingMoment(context);
    const made = { organizationId, instead, again: context.newId() };
    const accountId = await stripe.createAccount(made);
    return rememberPaymentAccount(context, { organizationId, accountId, readAt }, { instead });
  };
  const linkTo = (accountId: string) =>
    stripe.openOnboarding(accountId, { refresh: urls.again, return: urls.back(accountId) });
  return {
    async onboarding(organizationId: string): Promise<{ url: string }> {
      const payee = await readPayee(context, organizationId);
      if (payee.closing) throw refuse('organization_closing');
      const accountId = payee.accountId ?? (await connect(organizationId, null));
      const url = (await linkTo(accountId)) ?? (await linkTo(await connect(organizationId, accountId)));
      if (url === null) throw new Error('Stripe made an account and does not know it.');
      return { url };
    },

    async dashboard(organizationId: string): Promise<{ url: string }> {
      const { accountId } = await readPayee(context, organizationId);
      const url = accountId === null ? null : await stripe.openDashboard(accountId);
      if (url === null) throw refuse('payments_not_active');
      return { url };
    },
  };
}
