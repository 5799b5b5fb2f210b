import { type Actor, requireMember } from '../../actor.ts';
import type { Context } from '../../context.ts';
import { refuse } from '../../errors.ts';
import { takeOnce } from '../../intake/take-once.ts';
import { lockOrganization } from '../../organizations/lock-organization.ts';
import { permit } from '../../permissions.ts';
import { record } from '../../record.ts';
import { refuseFull } from './on-sale.ts';
import { type Product, readOffer, type TypedOffer } from './product.ts';

/**
 * Puts a product on sale.
 * @throws Refusal `not_allowed`, `organization_lapsed`, `organization_closing`, `product_form_sent`; on its field what `readOffer`
 * refuses; `products_full` on `name`.
 */
export async function addProduct(
  context: Context,
  actor: Actor,
  {
    onceKey,
    ...typed
  }: TypedOffer & { /** Of any number of additions under one key, one is done. */ onceKey?: string },
): Promise<Product> {
  const member = requireMember(actor);
  permit(member, 'settings.manage');
  const { organizationId } = member;
  const product = { id: context.newId(), ...readOffer(typed), active: true };
  const now = context.now();
  await context.database.$transaction(async (transaction) => {
    // Behind the lock the count below stays true until the row is in.
    await lockOrganization(transaction, organizationId);
    const once = { database: transaction, now: context.now };
    if (onceKey !== undefined && !(await takeOnce(once, onceKey))) throw refuse('product_form_sent');
    await refuseFull(transaction, organizationId);
    await transaction.product.create({
      data: { ...product, organizationId, createdAt: now, updatedAt: now },
      select: { id: true },
    });
    const { name: subject, unitAmount: price, currency } = product;
    const change = { action: 'product.added', subject, after: { price, currency } } as const;
    await record(transaction, context, [{ organizationId, by: member, ...change }], []);
  });
  return product;
}
