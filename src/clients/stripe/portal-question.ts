import { readAccount } from '../../domain/billing/customer.ts';
import type { Context } from '../../domain/context.ts';
import { refuse } from '../../domain/errors.ts';
import type { StripeClient } from './client.ts';
import { StripeRefusal } from './failures.ts';

/** Answers the Slack side's question for a billing portal (BillingQuestions.portal). */
export function createPortalQuestion(
  context: Pick<Context, 'database'>,
  stripe: StripeClient,
  returnUrl: string,
) {
  return async (organizationId: string): Promise<{ url: string }> => {
    const account = await readAccount(context, organizationId);
    if (!account?.customerId) throw refuse('nothing_billed');
    try {
      return { url: await stripe.openPortal(account.customerId, returnUrl) };
    } catch (error) {
      if (error instanceof StripeRefusal && error.code === 'resource_missing' && error.param === 'customer') {
        throw refuse('customer_gone');
      }
      throw error;
    }
  };
}
