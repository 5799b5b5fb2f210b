import { readAccount } from '../domain/billing/customer.ts';
import type { BillingJobContext } from './follow-subscription.ts';
import { defineJob } from './job.ts';

/**
 * Gives the customer at Stripe the organization's name and its Owner's address, for receipts. What stands here is read again
 * after it was written there: of two runs at once, the last to write has seen the newest.
 */
export const customerUpdate = defineJob<'customer.update', BillingJobContext>('customer.update', {
  queue: 'stripe',
  async run(context, { organizationId }, { log }) {
    for (let written = ''; ; ) {
      const account = await readAccount(context, organizationId);
      if (account === null || account.customerId === null) return;
      const { customerId, name, email } = account;
      const present = JSON.stringify([customerId, name, email]);
      if (present === written) return;
      const updated = await context.stripe.updateCustomer(customerId, { name, email });
      if (!updated) return log.info({ organizationId, customerId }, 'The customer is gone at Stripe.');
      written = present;
    }
  },
});
