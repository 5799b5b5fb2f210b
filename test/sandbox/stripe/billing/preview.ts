import type { Account } from '../account.ts';
import { newId } from '../identifiers.ts';
import { type InvoiceRecord, newInvoice } from '../records/invoice.ts';
import type { SubscriptionItemRecord, SubscriptionRecord } from '../records/subscription.ts';
import { Refusal } from '../refusal.ts';
import { pendingItems } from './invoicing.ts';
import { lineOfInvoiceItem, prorationItem, subscriptionLine } from './lines.ts';
import { periodAt } from './period.ts';
import type { ProrationBehavior } from './plan-change.ts';
import type { PlannedChange } from './planned-change.ts';
import { amountDueOf } from './totals.ts';

function nothingUpcoming(customer: string): Refusal {
  return new Refusal(404, {
    type: 'invalid_request_error',
    code: 'invoice_upcoming_none',
    message: `No upcoming invoices for customer: ${customer}`,
  });
}

function nextPeriod(subscription: SubscriptionRecord, item: SubscriptionItemRecord) {
  const recurring = item.price.recurring ?? { interval: 'month', interval_count: 1 };
  const start = item.current_period_end;
  return { start, end: periodAt(subscription.billing_cycle_anchor, recurring, start).end };
}

function assemble(
  account: Account,
  subscription: SubscriptionRecord,
  parts: {
    lines: InvoiceRecord['lines']['data'];
    immediate: boolean;
    prorationDate?: number;
  },
): InvoiceRecord {
  const customer = account.customers.require(subscription.customer, 'customer');
  const [item] = subscription.items.data;
  const now = account.now();
  const start = parts.immediate ? now : (item?.current_period_start ?? now);
  const end = parts.immediate ? now : (item?.current_period_end ?? now);
  const id = `upcoming_${newId('in')}`;
  const invoice = newInvoice(
    customer,
    {
      id,
      billing_reason: parts.immediate ? 'subscription_update' : 'upcoming',
      created: end,
      currency: subscription.currency,
      next_payment_attempt: parts.immediate ? now : end + account.settings.draftSeconds,
      parent: {
        quote_details: null,
        subscription_details: {
          metadata: { ...subscription.metadata },
          subscription: subscription.id,
          ...(parts.prorationDate === undefined ? {} : { subscription_proration_date: parts.prorationDate }),
        },
        type: 'subscription_details',
      },
      period_start: start,
      period_end: end,
    },
    parts.lines,
    now,
  );
  const due = amountDueOf(account, customer, invoice.total, invoice.currency);
  return {
    ...invoice,
    amount_due: due.amountDue,
    amount_remaining: due.amountDue,
    starting_balance: due.startingBalance,
    ending_balance: due.endingBalance,
  };
}

/** The invoice of the next renewal as it stands. Refused (404) when there will be none. */
export function upcomingInvoice(
  account: Account,
  subscription: SubscriptionRecord,
  options: { change?: PlannedChange; recurringOnly?: boolean } = {},
): InvoiceRecord {
  const ended = ['canceled', 'incomplete_expired', 'paused'].includes(subscription.status);
  if (ended) throw nothingUpcoming(subscription.customer);
  const { change } = options;
  const renews = !subscription.cancel_at_period_end;
  const items = change?.items ?? subscription.items.data;
  const recurring = renews
    ? items.map((item) => subscriptionLine(account, subscription, item, nextPeriod(subscription, item)))
    : [];
  const pending = options.recurringOnly
    ? []
    : [
        ...pendingItems(account, subscription.customer, subscription.id),
        ...(change?.prorations ?? []).map((proration) => prorationItem(account, subscription, proration)),
      ].map(lineOfInvoiceItem);
  if (recurring.length + pending.length === 0) throw nothingUpcoming(subscription.customer);
  return assemble(account, subscription, {
    lines: [...pending, ...recurring],
    immediate: false,
    ...(change && change.prorations.length > 0 ? { prorationDate: change.at } : {}),
  });
}

/** The invoice a change would make: at once with `always_invoice`, else the next renewal's. Nothing is kept. */
export function previewChange(
  account: Account,
  subscription: SubscriptionRecord,
  change: PlannedChange,
  behavior: ProrationBehavior,
  recurringOnly: boolean,
): InvoiceRecord {
  if (behavior !== 'always_invoice' || recurringOnly) {
    return upcomingInvoice(account, subscription, { change, recurringOnly });
  }
  const items = [
    ...pendingItems(account, subscription.customer, subscription.id),
    ...change.prorations.map((proration) => prorationItem(account, subscription, proration)),
  ];
  return assemble(account, subscription, {
    lines: items.map(lineOfInvoiceItem),
    immediate: true,
    prorationDate: change.at,
  });
}
