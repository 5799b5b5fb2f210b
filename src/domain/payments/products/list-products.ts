import { type Actor, requireMember } from '../../actor.ts';
import type { Context } from '../../context.ts';
import { permit } from '../../permissions.ts';
import { type Product, productColumns } from './product.ts';

/** Products on one page. */
export const PRODUCTS_PAGE = 10;

export interface ProductsPage {
  products: Product[];
  total: number;
  /** How many of all are on sale. */
  onSale: number;
  /** From 0. */
  page: number;
  pages: number;
}

/**
 * A page of the organization's products, those on sale first, in the order in which they were added. A page that is not there is
 * the nearest one; `with` is a product whose page is wanted.
 * @throws Refusal `no_organization`, `not_a_member`, `not_allowed`, `organization_lapsed`, `organization_closing`.
 */
export async function listProducts(
  { database }: Pick<Context, 'database'>,
  actor: Actor,
  input: { page?: number; with?: Product } = {},
): Promise<ProductsPage> {
  const member = requireMember(actor);
  permit(member, 'settings.manage');
  const { organizationId } = member;
  const [total, onSale] = await Promise.all([
    database.product.count({ where: { organizationId } }),
    database.product.count({ where: { organizationId, active: true } }),
  ]);
  const pages = Math.max(1, Math.ceil(total / PRODUCTS_PAGE));
  const wanted = input.with ? await pageOf({ database }, organizationId, input.with) : (input.page ?? 0);
  const page = Math.min(Math.max(0, Math.trunc(wanted) || 0), pages - 1);
  const products = await database.product.findMany({
    where: { organizationId },
    select: productColumns,
    orderBy: [{ active: 'desc' }, { id: 'asc' }],
    skip: page * PRODUCTS_PAGE,
    take: PRODUCTS_PAGE,
  });
  return { products, total, onSale, page, pages };
}

async function pageOf(
  { database }: Pick<Context, 'database'>,
  organizationId: string,
  { id, active }: Product,
): Promise<number> {
  const before = await database.product.count({
    where: {
      organizationId,
      OR: [{ active, id: { lt: id } }, ...(active ? [] : [{ active: true }])],
    },
  });
  return Math.floor(before / PRODUCTS_PAGE);
}
