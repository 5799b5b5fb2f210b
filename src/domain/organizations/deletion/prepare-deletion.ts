import { type Actor, requireMember } from '../../actor.ts';
import type { Context } from '../../context.ts';
import { permit } from '../../permissions.ts';
import { findOpenDeletion, isReversible, type OpenDeletion } from './open-deletion.ts';

export interface DeletionShown {
  /** The organization's name, which confirms it. */
  name: string;
  /** Something is overdue for its seats, which Stripe may collect while the subscription is there. */
  owes: boolean;
  /** The deletion under way, if any. */
  deletion: (OpenDeletion & { reversible: boolean }) | null;
}

/**
 * What the form of a deletion shows; requestDeletion decides.
 * @throws Refusal `no_organization`, `not_a_member`, `not_allowed`.
 */
export async function prepareDeletion(context: Context, actor: Actor): Promise<DeletionShown> {
  const owner = requireMember(actor);
  permit(owner, 'organization.delete');
  const { name, overdueInvoices } = await context.database.organization.findUniqueOrThrow({
    where: { id: owner.organizationId },
    select: { name: true, overdueInvoices: { select: { invoiceId: true }, take: 1 } },
  });
  const open = await findOpenDeletion(context.database, owner.organizationId);
  const owes = overdueInvoices.length > 0;
  return { name, owes, deletion: open && { ...open, reversible: isReversible(open, context.now()) } };
}
