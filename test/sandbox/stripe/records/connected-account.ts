import type Stripe from 'stripe';
import { randomText } from '../identifiers.ts';

/** What the sandbox keeps and shows of a connected account. */
export type ConnectedAccountRecord = Pick<
  Stripe.Account,
  | 'id'
  | 'object'
  | 'charges_enabled'
  | 'controller'
  | 'country'
  | 'created'
  | 'default_currency'
  | 'details_submitted'
  | 'email'
  | 'metadata'
  | 'payouts_enabled'
  | 'type'
> & {
  capabilities: Record<string, 'active' | 'inactive' | 'pending'>;
  requirements: Stripe.Account.Requirements;
};

/** What Stripe asks of a company before it pays out; enough of it to be recognized. */
const asked = ['business_profile.url', 'company.name', 'external_account', 'tos_acceptance.date'];

export function newConnectedAccount(
  given: { capabilities: string[]; country: string; email: string | null; metadata: Record<string, string> },
  now: number,
): ConnectedAccountRecord {
  return {
    id: `acct_1${randomText(15)}`,
    object: 'account',
    capabilities: Object.fromEntries(given.capabilities.map((name) => [name, 'inactive' as const])),
    charges_enabled: false,
    controller: {
      fees: { payer: 'application_express' },
      is_controller: true,
      losses: { payments: 'application' },
      requirement_collection: 'stripe',
      stripe_dashboard: { type: 'express' },
      type: 'application',
    },
    country: given.country,
    created: now,
    default_currency: 'gbp',
    details_submitted: false,
    email: given.email,
    metadata: given.metadata,
    payouts_enabled: false,
    requirements: requirements({ due: asked, disabledReason: 'requirements.past_due' }),
    type: 'express',
  };
}

export function requirements(given: {
  due?: string[];
  reviewed?: string[];
  disabledReason: string | null;
}): Stripe.Account.Requirements {
  const { due = [], reviewed = [], disabledReason } = given;
  return {
    alternatives: [],
    current_deadline: null,
    currently_due: due,
    disabled_reason: disabledReason as Stripe.Account.Requirements.DisabledReason | null,
    errors: [],
    eventually_due: due,
    past_due: due,
    pending_verification: reviewed,
  };
}

/** A link into the onboarding, and what became of it. */
export interface AccountLinkRecord {
  id: string;
  account: string;
  created: number;
  expires_at: number;
  url: string;
  refresh_url: string;
  return_url: string;
  visited: boolean;
}
