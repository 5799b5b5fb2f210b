import type Stripe from 'stripe';
import { newId, randomText } from '../identifiers.ts';

export type PortalSessionRecord = Omit<Stripe.BillingPortal.Session, 'configuration'> & {
  configuration: string;
};

export function newPortalSession(
  given: Pick<PortalSessionRecord, 'configuration' | 'customer' | 'return_url'>,
  baseUrl: string,
  now: number,
): PortalSessionRecord {
  return {
    id: newId('bps'),
    object: 'billing_portal.session',
    after_expiration: null,
    created: now,
    customer_account: null,
    flow: null,
    livemode: false,
    locale: null,
    on_behalf_of: null,
    url: `${baseUrl}/p/session/${randomText(40)}`,
    ...given,
  };
}
