import { z } from 'zod';
import { paginate } from '../http/pagination.ts';
import {
  boolean,
  emptyable,
  expand,
  mergedMetadata,
  metadata,
  oneOf,
  pagination,
  text,
  unsimulated,
  url,
} from '../http/parameters.ts';
import { pathId, type Route, route } from '../http/route.ts';
import {
  newPortalConfiguration,
  noFeatures,
  type PortalConfigurationRecord,
  type PortalFeatures,
} from '../records/portal-configuration.ts';
import { invalidRequest } from '../refusal.ts';
import { tracked } from '../tracked.ts';

const customerUpdates = oneOf('address', 'email', 'name', 'phone', 'shipping', 'tax_id');

const features = z.strictObject({
  customer_update: z
    .strictObject({ allowed_updates: emptyable(z.array(customerUpdates)).optional(), enabled: boolean() })
    .optional(),
  invoice_history: z.strictObject({ enabled: boolean() }).optional(),
  payment_method_update: z
    .strictObject({ enabled: boolean(), ...unsimulated('payment_method_configuration') })
    .optional(),
  subscription_cancel: z
    .strictObject({
      enabled: boolean(),
      mode: oneOf('at_period_end', 'immediately').optional(),
      proration_behavior: oneOf('always_invoice', 'create_prorations', 'none').optional(),
      ...unsimulated('cancellation_reason'),
    })
    .optional(),
  // What the portal page of the sandbox does not offer may only be switched off.
  subscription_pause: z.strictObject({ enabled: oneOf('false').transform(() => false) }).optional(),
  subscription_update: z.strictObject({ enabled: oneOf('false').transform(() => false) }).optional(),
});

const businessProfile = z.strictObject({
  headline: emptyable(text(60)).optional(),
  privacy_policy_url: url().optional(),
  terms_of_service_url: url().optional(),
});

const shared = {
  business_profile: businessProfile.optional(),
  default_return_url: emptyable(url()).optional(),
  expand: expand(),
  name: emptyable(text()).optional(),
  ...unsimulated('login_page'),
};

type Given<T> = { [K in keyof T]?: T[K] | undefined };

function mergedFeatures(present: PortalFeatures, given: z.output<typeof features>): PortalFeatures {
  const merged = structuredClone(present) as unknown as Record<string, object>;
  for (const [name, feature] of Object.entries(given)) {
    if (!feature) continue;
    const told = Object.entries(feature as Given<object>).filter(([, value]) => value !== undefined);
    merged[name] = { ...merged[name], ...Object.fromEntries(told.map(([key, value]) => [key, value ?? []])) };
  }
  return merged as unknown as PortalFeatures;
}

function profile(
  present: PortalConfigurationRecord['business_profile'],
  given: z.output<typeof businessProfile> | undefined,
): PortalConfigurationRecord['business_profile'] {
  return {
    headline: given?.headline === undefined ? present.headline : given.headline,
    privacy_policy_url: given?.privacy_policy_url ?? present.privacy_policy_url,
    terms_of_service_url: given?.terms_of_service_url ?? present.terms_of_service_url,
  };
}

/** docs.stripe.com/api/customer_portal/configurations: whoever may be asked for their data must be told what may be changed. */
function requireUpdates({ customer_update: update }: PortalFeatures): void {
  if (!update.enabled || update.allowed_updates.length > 0) return;
  throw invalidRequest(
    'You must provide `features[customer_update][allowed_updates]` when `features[customer_update][enabled]` is true.',
    { param: 'features[customer_update][allowed_updates]' },
  );
}

export const portalConfigurationRoutes: Route[] = [
  route(
    'POST',
    '/v1/billing_portal/configurations',
    { ...shared, features, metadata: metadata().optional() },
    ({ account, params }) => {
      const made = newPortalConfiguration(
        {
          default_return_url: params.default_return_url ?? null,
          features: mergedFeatures(noFeatures(), params.features),
          metadata: mergedMetadata({}, params.metadata),
          name: params.name ?? null,
        },
        account.now(),
      );
      made.business_profile = profile(made.business_profile, params.business_profile);
      requireUpdates(made.features);
      account.portalConfigurations.insert(made);
      account.emit('billing_portal.configuration.created', made);
      return made;
    },
  ),
  route('GET', '/v1/billing_portal/configurations/:id', { expand: expand() }, ({ account, path }) =>
    account.portalConfigurations.require(pathId(path, 'id'), 'configuration', 404),
  ),
  route(
    'POST',
    '/v1/billing_portal/configurations/:id',
    {
      ...shared,
      active: boolean().optional(),
      features: features.optional(),
      metadata: emptyable(metadata()).optional(),
    },
    ({ account, path, params }) => {
      const present = account.portalConfigurations.require(pathId(path, 'id'), 'configuration', 404);
      const next = mergedFeatures(present.features, params.features ?? {});
      requireUpdates(next);
      return tracked(account, 'billing_portal.configuration.updated', present, () => {
        present.features = next;
        present.business_profile = profile(present.business_profile, params.business_profile);
        present.metadata = mergedMetadata(present.metadata ?? {}, params.metadata);
        if (params.active !== undefined) present.active = params.active;
        if (params.default_return_url !== undefined) present.default_return_url = params.default_return_url;
        if (params.name !== undefined) present.name = params.name;
        present.updated = account.now();
      });
    },
  ),
  route(
    'GET',
    '/v1/billing_portal/configurations',
    { ...pagination, active: boolean().optional(), is_default: boolean().optional() },
    ({ account, params }) =>
      paginate(
        account.portalConfigurations,
        ({ active, is_default: isDefault }) =>
          (params.active === undefined || params.active === active) &&
          (params.is_default === undefined || params.is_default === isDefault),
        params,
        '/v1/billing_portal/configurations',
      ),
  ),
];
