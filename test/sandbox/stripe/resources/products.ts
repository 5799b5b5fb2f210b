import { z } from 'zod';
import { paginate, within } from '../http/pagination.ts';
import {
  boolean,
  emptyable,
  expand,
  mergedMetadata,
  metadata,
  moments,
  oneOf,
  pagination,
  text,
  unsimulated,
  url,
} from '../http/parameters.ts';
import { pathId, type Route, route } from '../http/route.ts';
import { newProduct } from '../records/catalogue.ts';
import { invalidRequest } from '../refusal.ts';
import { tracked } from '../tracked.ts';

const unsupported = unsimulated(
  'default_price_data',
  'marketing_features',
  'package_dimensions',
  'shippable',
  'tax_code',
  'tax_details',
);

export const productRoutes: Route[] = [
  route(
    'POST',
    '/v1/products',
    {
      name: text(),
      active: boolean().optional(),
      description: text(40_000).optional(),
      expand: expand(),
      id: text().optional(),
      images: z.array(url()).max(8).optional(),
      metadata: metadata().optional(),
      statement_descriptor: text(22).optional(),
      type: oneOf('service', 'good').optional(),
      unit_label: text(12).optional(),
      url: url().optional(),
      ...unsupported,
    },
    ({ account, params }) => {
      if (params.id !== undefined && account.products.get(params.id)) {
        throw invalidRequest(`Product already exists.`, { code: 'resource_already_exists', param: 'id' });
      }
      const product = newProduct(
        {
          name: params.name,
          ...(params.id === undefined ? {} : { id: params.id }),
          active: params.active ?? true,
          description: params.description ?? null,
          images: params.images ?? [],
          metadata: mergedMetadata({}, params.metadata),
          statement_descriptor: params.statement_descriptor ?? null,
          unit_label: params.unit_label ?? null,
          url: params.url ?? null,
        },
        account.now(),
      );
      account.products.insert(product);
      account.emit('product.created', product);
      return product;
    },
  ),
  route('GET', '/v1/products/:id', { expand: expand() }, ({ account, path }) =>
    account.products.require(pathId(path, 'id'), 'id', 404),
  ),
  route(
    'POST',
    '/v1/products/:id',
    {
      name: text().optional(),
      active: boolean().optional(),
      default_price: text().optional(),
      description: emptyable(text(40_000)).optional(),
      expand: expand(),
      images: emptyable(z.array(url()).max(8)).optional(),
      metadata: emptyable(metadata()).optional(),
      statement_descriptor: text(22).optional(),
      unit_label: emptyable(text(12)).optional(),
      url: emptyable(url()).optional(),
      ...unsimulated('marketing_features', 'package_dimensions', 'shippable', 'tax_code', 'tax_details'),
    },
    ({ account, path, params }) => {
      const product = account.products.require(pathId(path, 'id'), 'id', 404);
      if (params.default_price !== undefined) account.prices.require(params.default_price, 'default_price');
      return tracked(account, 'product.updated', product, () => {
        const { name, active, description, images, unit_label: unitLabel, url: page } = params;
        if (name !== undefined) product.name = name;
        if (active !== undefined) product.active = active;
        if (params.default_price !== undefined) product.default_price = params.default_price;
        if (description !== undefined) product.description = description;
        if (images !== undefined) product.images = images ?? [];
        if (params.statement_descriptor !== undefined) {
          product.statement_descriptor = params.statement_descriptor;
        }
        if (unitLabel !== undefined) product.unit_label = unitLabel;
        if (page !== undefined) product.url = page;
        product.metadata = mergedMetadata(product.metadata, params.metadata);
        product.updated = account.now();
      });
    },
  ),
  route(
    'GET',
    '/v1/products',
    {
      ...pagination,
      active: boolean().optional(),
      created: moments().optional(),
      ids: z.array(text()).optional(),
      url: text().optional(),
      shippable: boolean().optional(),
      type: oneOf('service', 'good').optional(),
    },
    ({ account, params }) =>
      paginate(
        account.products,
        (product) =>
          (params.active === undefined || product.active === params.active) &&
          (params.ids === undefined || params.ids.includes(product.id)) &&
          (params.url === undefined || product.url === params.url) &&
          (params.type === undefined || product.type === params.type) &&
          (params.shippable === undefined || product.shippable === params.shippable) &&
          within(params.created, product.created),
        params,
        '/v1/products',
      ),
  ),
  route('DELETE', '/v1/products/:id', {}, ({ account, path }) => {
    const product = account.products.require(pathId(path, 'id'), 'id', 404);
    if (account.prices.all().some((price) => price.product === product.id)) {
      throw invalidRequest(
        'This product cannot be deleted because it has one or more user-created prices. To hide it, set active to false.',
      );
    }
    account.products.delete(product.id);
    account.emit('product.deleted', product);
    return { id: product.id, object: 'product', deleted: true };
  }),
];
