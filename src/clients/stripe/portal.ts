import type Stripe from 'stripe';
import { PermanentFailure } from '../failures.ts';
import { asking } from './failures.ts';

/** Marks the portal's configuration that is ours, in every Stripe account, whatever its id is there. */
const CONFIGURATION_KEY = 'orgdesk_portal';

/**
 * What the Owner may do on Stripe's pages. Not the number of seats: it is changed where its price was shown before. If
 * somebody changes it at Stripe all the same, the organization follows.
 */
const features: Stripe.BillingPortal.ConfigurationCreateParams.Features = {
  invoice_history: { enabled: true },
  payment_method_update: { enabled: true },
  customer_update: { enabled: true, allowed_updates: ['email', 'address', 'tax_id'] },
  subscription_cancel: { enabled: true, mode: 'at_period_end' },
  subscription_update: { enabled: false },
};

/**
 * A page at Stripe on which the customer sees invoices, changes the card and cancels. It works for a short while and for
 * whoever holds the address: it goes to the Owner alone.
 * @throws PermanentFailure where `npm run stripe:setup` was never run for this account; StripeRefusal `resource_missing` of
 *   `customer` where the customer was deleted at Stripe.
 */
export async function openPortal(stripe: Stripe, customerId: string, returnUrl: string): Promise<string> {
  const configuration = await findConfiguration(stripe);
  if (!configuration) {
    throw new PermanentFailure(
      'This Stripe account has no configuration of ours for the billing portal: run npm run stripe:setup.',
    );
  }
  const session = await asking(() =>
    stripe.billingPortal.sessions.create({
      customer: customerId,
      configuration: configuration.id,
      return_url: returnUrl,
    }),
  );
  return session.url;
}

/** Makes our configuration of the portal, or brings it to what this version wants of it. */
export async function setUpPortal(stripe: Stripe, say: (line: string) => void): Promise<string> {
  const present = await findConfiguration(stripe);
  if (present && isAsWanted(present)) {
    say(`The billing portal's configuration ${present.id} is there already.`);
    return present.id;
  }
  if (present) {
    await stripe.billingPortal.configurations.update(present.id, { features });
    say(`Brought the billing portal's configuration ${present.id} up to date.`);
    return present.id;
  }
  const made = await stripe.billingPortal.configurations.create({
    name: 'Orgdesk',
    features,
    metadata: { key: CONFIGURATION_KEY },
  });
  say(`Made the billing portal's configuration ${made.id}.`);
  return made.id;
}

async function findConfiguration(stripe: Stripe): Promise<Stripe.BillingPortal.Configuration | undefined> {
  const { data } = await asking(() => stripe.billingPortal.configurations.list({ active: true, limit: 100 }));
  return data.find(({ metadata }) => metadata?.key === CONFIGURATION_KEY);
}

function isAsWanted({ features: present }: Stripe.BillingPortal.Configuration): boolean {
  const updates: readonly string[] = present.customer_update.allowed_updates;
  return (
    present.invoice_history.enabled &&
    present.payment_method_update.enabled &&
    present.customer_update.enabled &&
    ['email', 'address', 'tax_id'].every((name) => updates.includes(name)) &&
    present.subscription_cancel.enabled &&
    present.subscription_cancel.mode === 'at_period_end' &&
    !present.subscription_update.enabled
  );
}
