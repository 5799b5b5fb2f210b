import { recordCheckoutPage } from '../../domain/billing/checkout-page.ts';
import { readAccount, rememberCustomer } from '../../domain/billing/customer.ts';
import { followSoon } from '../../domain/billing/follow-soon.ts';
import type { Context } from '../../domain/context.ts';
import { refuse } from '../../domain/errors.ts';
import { DEFAULT_CURRENCY, monthlyCost } from '../../domain/money.ts';
import type { StripeClient } from './client.ts';
import { StripeRefusal } from './failures.ts';

/** Where Stripe sends the browser after Checkout. */
export interface ReturnUrls {
  paid: string;
  left: string;
}

/**
 * Answers what the Slack side asks of Stripe (BillingQuestions). Changes no seats: those follow from what Stripe says later.
 */
export function createBillingQuestions(context: Context, stripe: StripeClient, urls: ReturnUrls) {
  return {
    async preview(organizationId: string, quantity: number, at: Date = context.now()) {
      const account = await readAccount(context, organizationId);
      const prorationAt = new Date(1000 * Math.floor(at.getTime() / 1000));
      if (!account?.subscriptionId) return { ...firstPurchase(quantity), prorationAt };
      const preview = await stripe.previewChange(account.subscriptionId, quantity, prorationAt);
      return { ...preview, prorationAt };
    },

    async checkout(organizationId: string, quantity: number, requestKey: string) {
      const account = await readAccount(context, organizationId);
      if (!account) throw refuse('no_organization');
      if (account.closing) throw refuse('organization_closing');
      const open = (customerId: string) =>
        openFor(context, stripe, { organizationId, customerId, quantity, requestKey }, urls);
      const make = async (instead: string | null) => {
        const { name, email } = account;
        const made = await stripe.createCustomer({ organizationId, name, email, instead, requestKey });
        return rememberCustomer(context, organizationId, made, instead);
      };
      const customerId = account.customerId ?? (await make(null));
      try {
        return await open(customerId);
      } catch (error) {
        if (!isMissingCustomer(error)) throw error;
        // Somebody deleted the customer in Stripe's dashboard.
        return open(await make(customerId));
      }
    },
  };
}

/** A whole month, for which nobody has to be asked. */
function firstPurchase(quantity: number) {
  const cost = monthlyCost(quantity);
  return {
    amountDue: cost,
    tax: null,
    newMonthlyTotal: cost,
    currency: DEFAULT_CURRENCY,
    nextInvoiceAt: null,
    endsAt: null,
  };
}

async function openFor(
  context: Context,
  stripe: StripeClient,
  request: { organizationId: string; customerId: string; quantity: number; requestKey: string },
  urls: ReturnUrls,
): Promise<{ url: string }> {
  const subscriptionId = await stripe.findSubscription(request.customerId);
  if (subscriptionId !== null) {
    const { organizationId } = request;
    await followSoon(context, { organizationId, subscriptionId });
    throw refuse('subscription_exists');
  }
  // Stripe writes the page's id into the address that it sends the browser to.
  const successUrl = `${urls.paid}?page={CHECKOUT_SESSION_ID}`;
  const { sessionId, url } = await stripe.openCheckout({ ...request, successUrl, cancelUrl: urls.left });
  const { organizationId, quantity } = request;
  await recordCheckoutPage(context, { sessionId, organizationId, quantity });
  return { url };
}

function isMissingCustomer(error: unknown): boolean {
  return error instanceof StripeRefusal && error.code === 'resource_missing' && error.param === 'customer';
}
