import type { Context } from '../../context.ts';

/** What a website is told of a product. */
export interface ProductOnSale {
  id: string;
  name: string;
  /** In the smallest unit of the currency. */
  unitAmount: number;
  currency: string;
}

/** What an organization sells now, in the order in which it was added. */
export function productsOnSale(
  { database }: Pick<Context, 'database'>,
  organizationId: string,
): Promise<ProductOnSale[]> {
  return database.product.findMany({
    where: { organizationId, active: true },
    orderBy: { id: 'asc' },
    select: { id: true, name: true, unitAmount: true, currency: true },
  });
}
