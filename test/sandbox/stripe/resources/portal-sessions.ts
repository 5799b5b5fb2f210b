import type { Account } from '../account.ts';
import { requireCustomer } from '../billing/customers.ts';
import { expand, text, unsimulated, url } from '../http/parameters.ts';
import { type Route, route } from '../http/route.ts';
import type { PortalConfigurationRecord } from '../records/portal-configuration.ts';
import { newPortalSession } from '../records/portal-session.ts';
import { invalidRequest } from '../refusal.ts';

/** Stripe's words where nobody has ever pressed "Save" on the dashboard's portal settings. */
const noDefault =
  'No configuration provided and your test mode default configuration has not been created. Provide a configuration or ' +
  'create your default by saving your customer portal settings in test mode at https://dashboard.stripe.com/test/settings/billing/portal.';

function configurationOf(account: Account, id: string | undefined): PortalConfigurationRecord {
  if (id === undefined) {
    const standard = account.portalConfigurations.all().find(({ is_default: isDefault }) => isDefault);
    if (!standard) throw invalidRequest(noDefault);
    return standard;
  }
  const found = account.portalConfigurations.require(id, 'configuration');
  if (!found.active) {
    throw invalidRequest(`The portal configuration ${id} is inactive.`, { param: 'configuration' });
  }
  return found;
}

export const portalSessionRoutes: Route[] = [
  route(
    'POST',
    '/v1/billing_portal/sessions',
    {
      configuration: text().optional(),
      customer: text(),
      expand: expand(),
      locale: text().optional(),
      return_url: url().optional(),
      ...unsimulated('after_expiration', 'customer_account', 'flow_data', 'on_behalf_of'),
    },
    ({ account, params }) => {
      const customer = requireCustomer(account, params.customer, 'customer');
      const configuration = configurationOf(account, params.configuration);
      return account.portalSessions.insert(
        newPortalSession(
          {
            configuration: configuration.id,
            customer: customer.id,
            return_url: params.return_url ?? configuration.default_return_url,
          },
          account.baseUrl,
          account.now(),
        ),
      );
    },
  ),
];
