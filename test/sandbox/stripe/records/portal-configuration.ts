import type Stripe from 'stripe';
import { newId } from '../identifiers.ts';

export type PortalFeatures = Stripe.BillingPortal.Configuration.Features;

export type PortalConfigurationRecord = Omit<Stripe.BillingPortal.Configuration, 'application'> & {
  application: null;
};

/** All that a customer could be let do, switched off. */
export function noFeatures(): PortalFeatures {
  return {
    customer_update: { allowed_updates: [], enabled: false },
    invoice_history: { enabled: false },
    payment_method_update: { enabled: false, payment_method_configuration: null },
    subscription_cancel: {
      cancellation_reason: {
        enabled: false,
        feedback_options: null,
        options: ['too_expensive', 'missing_features', 'switched_service', 'unused', 'other'],
      },
      enabled: false,
      mode: 'at_period_end',
      proration_behavior: 'none',
    },
    subscription_pause: {
      duration: { amount: null, enabled: false, interval: null },
      enabled: false,
    } as never,
    subscription_update: {
      billing_cycle_anchor: null,
      default_allowed_updates: [],
      enabled: false,
      proration_behavior: 'none',
      schedule_at_period_end: { conditions: [] },
      trial_update_behavior: 'end_trial',
    },
  };
}

export function newPortalConfiguration(
  given: Partial<PortalConfigurationRecord>,
  now: number,
): PortalConfigurationRecord {
  return {
    id: newId('bpc'),
    object: 'billing_portal.configuration',
    active: true,
    application: null,
    business_profile: { headline: null, privacy_policy_url: null, terms_of_service_url: null },
    created: now,
    default_return_url: null,
    features: noFeatures(),
    is_default: false,
    livemode: false,
    login_page: { enabled: false, url: null },
    metadata: {},
    name: null,
    updated: now,
    ...given,
  };
}
