import { requireCustomer } from '../billing/customers.ts';
import { expand, text, unsimulated, url } from '../http/parameters.ts';
import { type Route, route } from '../http/route.ts';
import { newPortalSession } from '../records/portal-session.ts';

export const portalSessionRoutes: Route[] = [
  route(
    'POST',
    '/v1/billing_portal/sessions',
    {
      customer: text(),
      expand: expand(),
      locale: text().optional(),
      return_url: url().optional(),
      ...unsimulated('after_expiration', 'configuration', 'customer_account', 'flow_data', 'on_behalf_of'),
    },
    ({ account, params }) => {
      const customer = requireCustomer(account, params.customer, 'customer');
      return account.portalSessions.insert(
        newPortalSession(
          { customer: customer.id, return_url: params.return_url ?? null },
          account.baseUrl,
          account.now(),
        ),
      );
    },
  ),
];
