import type { Transaction } from '../../../database/client.ts';
import type { Context } from '../../context.ts';
import { refuse } from '../../errors.ts';

/** The most products that an organization has on sale at a time: what a website is told of at once. */
export const MOST_ON_SALE = 200;

/** To be asked behind the organization's lock. @throws Refusal `products_full`, on `name`. */
export async function refuseFull(
  transaction: Pick<Transaction, 'product'>,
  organizationId: string,
): Promise<void> {
  const onSale = await transaction.product.count({ where: { organizationId, active: true } });
  if (onSale >= MOST_ON_SALE) throw refuse('products_full', { most: MOST_ON_SALE }).on('name');
}

export interface ProductOnSale {
  id: string;
  name: string;
  unitAmount: number;
  currency: string;
}

/** What an organization has on sale, oldest first; never more than MOST_ON_SALE. For whoever may know its publishable key. */
export async function productsOnSale(
  { database }: Pick<Context, 'database'>,
  organizationId: string,
): Promise<ProductOnSale[]> {
  return database.product.findMany({
    where: { organizationId, active: true },
    select: { id: true, name: true, unitAmount: true, currency: true },
    orderBy: { id: 'asc' },
    take: MOST_ON_SALE,
  });
}
