import { type Actor, requireMember } from '../../actor.ts';
import type { Context } from '../../context.ts';
import { refuse } from '../../errors.ts';
import { readId } from '../../ids.ts';
import { permit } from '../../permissions.ts';
import { type Product, productColumns } from './product.ts';

/**
 * One product, for who may change it.
 * @throws Refusal as `listProducts`, and `product_unknown`.
 */
export async function findProduct(
  { database }: Pick<Context, 'database'>,
  actor: Actor,
  { productId }: { productId: string },
): Promise<Product> {
  const member = requireMember(actor);
  permit(member, 'settings.manage');
  const id = readId(productId);
  const where = { id: id ?? '', organizationId: member.organizationId };
  const product =
    id === undefined ? null : await database.product.findFirst({ where, select: productColumns });
  if (product === null) throw refuse('product_unknown');
  return product;
}
