import { z } from 'zod';
import type { Account } from '../account.ts';
import { deleteCustomer, requireCustomer } from '../billing/customers.ts';
import { paginate, within } from '../http/pagination.ts';
import {
  email,
  emptyable,
  expand,
  integer,
  mergedMetadata,
  metadata,
  moments,
  oneOf,
  pagination,
  text,
  unsimulated,
} from '../http/parameters.ts';
import { pathId, type Route, route } from '../http/route.ts';
import { attachPaymentMethod, findPaymentMethod } from '../payments/payment-methods.ts';
import { type CustomerRecord, newCustomer } from '../records/customer.ts';
import { invalidRequest } from '../refusal.ts';
import { tracked } from '../tracked.ts';

const line = () => text().optional();
const address = z.strictObject({
  city: line(),
  country: line(),
  line1: line(),
  line2: line(),
  postal_code: line(),
  state: line(),
});

const fields = {
  address: emptyable(address).optional(),
  balance: integer().optional(),
  description: emptyable(text()).optional(),
  email: emptyable(email()).optional(),
  expand: expand(),
  invoice_prefix: text(12).optional(),
  invoice_settings: z
    .strictObject({
      default_payment_method: emptyable(text()).optional(),
      ...unsimulated('custom_fields', 'footer', 'rendering_options'),
    })
    .optional(),
  metadata: emptyable(metadata()).optional(),
  name: emptyable(text(256)).optional(),
  phone: emptyable(text(20)).optional(),
  preferred_locales: z.array(text()).optional(),
  tax_exempt: emptyable(oneOf('exempt', 'none', 'reverse')).optional(),
  ...unsimulated(
    'business_name',
    'cash_balance',
    'individual_name',
    'next_invoice_sequence',
    'shipping',
    'source',
    'tax',
    'validate',
  ),
};

const shape = z.strictObject(fields);

function setFields(account: Account, customer: CustomerRecord, params: z.output<typeof shape>): void {
  const { address: given, balance, description, name, phone } = params;
  if (given !== undefined) {
    customer.address = given && {
      city: given.city ?? null,
      country: given.country ?? null,
      line1: given.line1 ?? null,
      line2: given.line2 ?? null,
      postal_code: given.postal_code ?? null,
      state: given.state ?? null,
    };
  }
  if (balance !== undefined) customer.balance = balance;
  if (description !== undefined) customer.description = description;
  if (params.email !== undefined) customer.email = params.email;
  if (params.invoice_prefix !== undefined) customer.invoice_prefix = params.invoice_prefix;
  if (name !== undefined) customer.name = name;
  if (phone !== undefined) customer.phone = phone;
  if (params.preferred_locales !== undefined) customer.preferred_locales = params.preferred_locales;
  if (params.tax_exempt !== undefined) customer.tax_exempt = params.tax_exempt ?? 'none';
  customer.metadata = mergedMetadata(customer.metadata, params.metadata);
  const method = params.invoice_settings?.default_payment_method;
  if (method === undefined) return;
  customer.invoice_settings.default_payment_method =
    method === null ? null : requireOwnMethod(account, customer, method);
}

function requireOwnMethod(account: Account, customer: CustomerRecord, id: string): string {
  const param = 'invoice_settings[default_payment_method]';
  const attached = account.paymentMethods
    .all()
    .find(
      (method) => method.customer === customer.id && account.cards.cardOf(method.id)?.tokens.includes(id),
    );
  if (attached) return attached.id;
  if (findPaymentMethod(account, id, param).customer === customer.id) return id;
  throw invalidRequest(
    `The customer does not have a payment method with the ID ${id}. The payment method must be attached to the customer.`,
    { param, code: 'resource_missing' },
  );
}

export const customerRoutes: Route[] = [
  route(
    'POST',
    '/v1/customers',
    {
      ...fields,
      payment_method: text().optional(),
      test_clock: text().optional(),
      ...unsimulated('tax_id_data'),
    },
    ({ account, params }) => {
      const method =
        params.payment_method === undefined
          ? undefined
          : findPaymentMethod(account, params.payment_method, 'payment_method');
      const clock =
        params.test_clock === undefined
          ? null
          : account.testClocks.require(params.test_clock, 'test_clock').id;
      const customer = newCustomer({ test_clock: clock }, account.now());
      if (method) attachPaymentMethod(account, method, customer.id);
      setFields(account, customer, params);
      account.customers.insert(customer);
      account.emit('customer.created', customer);
      return customer;
    },
  ),
  route('GET', '/v1/customers/:customer', { expand: expand() }, ({ account, path }) => {
    const customer = account.customers.require(pathId(path, 'customer'), 'id', 404);
    return customer.deleted ? { id: customer.id, object: 'customer', deleted: true } : customer;
  }),
  route(
    'POST',
    '/v1/customers/:customer',
    { ...fields, ...unsimulated('default_source') },
    ({ account, path, params }) => {
      const customer = requireCustomer(account, pathId(path, 'customer'), 'id', 404);
      return tracked(account, 'customer.updated', customer, () => setFields(account, customer, params));
    },
  ),
  route('DELETE', '/v1/customers/:customer', {}, ({ account, path }) =>
    deleteCustomer(account, requireCustomer(account, pathId(path, 'customer'), 'id', 404)),
  ),
  route(
    'GET',
    '/v1/customers',
    { ...pagination, created: moments().optional(), email: text().optional() },
    ({ account, params }) =>
      paginate(
        account.customers,
        (customer) =>
          !customer.deleted &&
          (params.email === undefined || customer.email === params.email) &&
          within(params.created, customer.created),
        params,
        '/v1/customers',
      ),
  ),
];
