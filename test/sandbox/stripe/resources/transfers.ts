import { paginate } from '../http/pagination.ts';
import { expand, pagination, text, unsimulated } from '../http/parameters.ts';
import { pathId, type Route, route } from '../http/route.ts';

export const transferRoutes: Route[] = [
  route('GET', '/v1/transfers/:transfer', { expand: expand() }, ({ account, path }) =>
    account.transfers.require(pathId(path, 'transfer'), 'transfer', 404),
  ),
  route(
    'GET',
    '/v1/transfers',
    { ...pagination, destination: text().optional(), ...unsimulated('created', 'transfer_group') },
    ({ account, params }) =>
      paginate(
        account.transfers,
        ({ destination }) => params.destination === undefined || params.destination === destination,
        params,
        '/v1/transfers',
      ),
  ),
  route('GET', '/v1/application_fees/:fee', { expand: expand() }, ({ account, path }) =>
    account.applicationFees.require(pathId(path, 'fee'), 'id', 404),
  ),
  route(
    'GET',
    '/v1/application_fees',
    { ...pagination, charge: text().optional(), ...unsimulated('created') },
    ({ account, params }) =>
      paginate(
        account.applicationFees,
        ({ charge }) => params.charge === undefined || params.charge === charge,
        params,
        '/v1/application_fees',
      ),
  ),
];
