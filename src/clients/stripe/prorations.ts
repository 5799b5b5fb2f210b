import type Stripe from 'stripe';

/** Whether a line is a credit or a debit for a part of a period. */
export function isProration({ parent }: Stripe.InvoiceLineItem): boolean {
  return (
    parent?.subscription_item_details?.proration === true || parent?.invoice_item_details?.proration === true
  );
}
