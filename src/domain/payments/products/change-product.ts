import type { Transaction } from '../../../database/client.ts';
import { type Actor, requireMember } from '../../actor.ts';
import type { Context } from '../../context.ts';
import { refuse } from '../../errors.ts';
import { readId } from '../../ids.ts';
import { permit } from '../../permissions.ts';
import { record } from '../../record.ts';
import { type Offer, type Product, readOffer, type TypedOffer } from './product.ts';

/**
 * Changes a product's name and price. `seen` is what the person had before their eyes: where the product is something else by
 * now, nothing is changed. Payments that were started keep the name and price that they were started with.
 * @throws Refusal `not_allowed`, `organization_lapsed`, `organization_closing`, `product_unknown`, `product_moved`; on its field
 * what `readOffer` refuses.
 */
export async function changeProduct(
  context: Context,
  actor: Actor,
  { productId, seen, ...typed }: TypedOffer & { productId: string; seen: Offer },
): Promise<Product> {
  const member = requireMember(actor);
  permit(member, 'settings.manage');
  const { organizationId } = member;
  const id = readId(productId);
  if (id === undefined) throw refuse('product_unknown');
  const offer = readOffer(typed);
  return context.database.$transaction(async (transaction) => {
    const before = await lockProduct(transaction, { id, organizationId });
    if (!isSame(before, seen)) throw refuse('product_moved');
    const changed = { ...before, ...offer };
    if (isSame(before, offer)) return changed;
    const data = { ...offer, updatedAt: context.now() };
    await transaction.product.updateMany({ where: { id, organizationId }, data });
    const told = ({ name, unitAmount: price, currency }: Offer) => ({ name, price, currency });
    const change = {
      action: 'product.changed',
      subject: offer.name,
      before: told(before),
      after: told(offer),
    } as const;
    await record(transaction, context, [{ organizationId, by: member, ...change }], []);
    return changed;
  });
}

function isSame(one: Offer, other: Offer): boolean {
  return one.name === other.name && one.unitAmount === other.unitAmount && one.currency === other.currency;
}

/** The product as it is behind its row's lock. @throws Refusal `product_unknown`. */
export async function lockProduct(
  transaction: Transaction,
  { id, organizationId }: { id: string; organizationId: string },
): Promise<Product> {
  const [product] = await transaction.$queryRaw<Product[]>`
    SELECT id, name, unit_amount AS "unitAmount", currency, active FROM products
    WHERE id = ${id}::uuid AND organization_id = ${organizationId}::uuid FOR NO KEY UPDATE`;
  if (!product) throw refuse('product_unknown');
  return product;
}
