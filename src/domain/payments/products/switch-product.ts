import { type Actor, requireMember } from '../../actor.ts';
import type { Context } from '../../context.ts';
import { refuse } from '../../errors.ts';
import { readId } from '../../ids.ts';
import { lockOrganization } from '../../organizations/lock-organization.ts';
import { permit } from '../../permissions.ts';
import { record } from '../../record.ts';
import { lockProduct } from './change-product.ts';
import { refuseFull } from './on-sale.ts';
import type { Product } from './product.ts';

/**
 * Puts a product on sale again, or takes it off; what is so already writes nothing. Payments that were started go on.
 * @throws Refusal `not_allowed`, `organization_lapsed`, `organization_closing`, `product_unknown`, `products_full`.
 */
export async function switchProduct(
  context: Context,
  actor: Actor,
  { productId, active }: { productId: string; active: boolean },
): Promise<Product> {
  const member = requireMember(actor);
  permit(member, 'settings.manage');
  const { organizationId } = member;
  const id = readId(productId);
  if (id === undefined) throw refuse('product_unknown');
  return context.database.$transaction(async (transaction) => {
    // Behind the lock it stays true how many are on sale.
    await lockOrganization(transaction, organizationId);
    const product = await lockProduct(transaction, { id, organizationId });
    if (product.active === active) return product;
    if (active) await refuseFull(transaction, organizationId);
    const data = { active, updatedAt: context.now() };
    await transaction.product.updateMany({ where: { id, organizationId }, data });
    const action = active ? 'product.activated' : 'product.deactivated';
    await record(transaction, context, [{ organizationId, by: member, action, subject: product.name }], []);
    return { ...product, active };
  });
}
