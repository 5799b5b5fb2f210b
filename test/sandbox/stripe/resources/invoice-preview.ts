import { z } from 'zod';
import { planChange } from '../billing/plan-change.ts';
import { previewChange, upcomingInvoice } from '../billing/preview.ts';
import { boolean, expand, oneOf, text, timestamp, unsimulated } from '../http/parameters.ts';
import { type Route, route } from '../http/route.ts';
import { invalidRequest, notSimulated } from '../refusal.ts';
import { changedItem, prorationBehavior } from './subscription-parameters.ts';

/** The preview of an invoice: the next renewal's, or the one a change of the subscription would make. */
export const invoicePreviewRoute: Route = route(
  'POST',
  '/v1/invoices/create_preview',
  {
    customer: text().optional(),
    expand: expand(),
    preview_mode: oneOf('next', 'recurring').optional(),
    subscription: text().optional(),
    subscription_details: z
      .strictObject({
        items: z.array(changedItem).max(20).optional(),
        proration_behavior: prorationBehavior().optional(),
        proration_date: timestamp().optional(),
        cancel_at_period_end: boolean().optional(),
        ...unsimulated(
          'billing_cycle_anchor',
          'billing_mode',
          'billing_schedules',
          'cancel_at',
          'cancel_now',
          'default_tax_rates',
          'metadata',
          'pause',
          'resume_at',
          'start_date',
          'trial_end',
        ),
      })
      .optional(),
    ...unsimulated(
      'automatic_tax',
      'currency',
      'customer_account',
      'customer_details',
      'discounts',
      'invoice_items',
      'issuer',
      'on_behalf_of',
      'schedule',
      'schedule_details',
    ),
  },
  ({ account, params }) => {
    if (params.subscription === undefined) {
      if (params.customer === undefined) {
        throw invalidRequest('Missing required param: customer.', {
          param: 'customer',
          code: 'parameter_missing',
        });
      }
      throw notSimulated('the preview of a subscription that does not exist yet', 'subscription');
    }
    const subscription = account.subscriptions.require(params.subscription, 'subscription');
    if (params.customer !== undefined && params.customer !== subscription.customer) {
      throw invalidRequest('The subscription does not belong to the customer.', { param: 'customer' });
    }
    const details = params.subscription_details;
    const recurringOnly = params.preview_mode === 'recurring';
    if (!details?.items) return upcomingInvoice(account, subscription, { recurringOnly });
    const behavior = details.proration_behavior ?? 'create_prorations';
    const change = planChange(account, subscription, {
      items: details.items.map(({ metadata, ...item }) => ({ ...item, ...(metadata ? { metadata } : {}) })),
      behavior,
      prefix: 'subscription_details[items]',
      ...(details.proration_date === undefined ? {} : { prorationDate: details.proration_date }),
    });
    return previewChange(account, subscription, change, behavior, recurringOnly);
  },
);
