import { type Actor, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { homeRefresh } from '../effects.ts';
import { permit } from '../permissions.ts';
import { record } from '../record.ts';
import { lockOrganization } from './lock-organization.ts';
import { nextTicketNumber } from './next-ticket-number.ts';
import { readPrefix } from './ticket-number.ts';

export interface PrefixChanged {
  prefix: string;
  /** False where it was this prefix already; then nothing was written. */
  changed: boolean;
  /** The number that the next ticket gets, like "SUP-001". */
  next: string;
}

/**
 * New tickets get the prefix from now on; the numbers of existing tickets stay. Under a prefix that was used before, the
 * numbers go on where they stopped.
 * @throws Refusal `not_a_member`, `not_allowed`, or `prefix_form` on `prefix`.
 */
export async function changePrefix(
  context: Context,
  actor: Actor,
  input: { prefix: string },
): Promise<PrefixChanged> {
  const member = requireMember(actor);
  permit(member, 'settings.manage');
  const { organizationId } = member;
  const prefix = readPrefix(input.prefix);
  return context.database.$transaction(async (transaction) => {
    const before = await lockOrganization(transaction, organizationId);
    const changed = before.prefix !== prefix;
    if (changed) {
      await transaction.organization.update({
        where: { id: organizationId },
        data: { prefix },
        select: { id: true },
      });
      await record(
        transaction,
        context,
        [
          {
            organizationId,
            by: member,
            action: 'organization.prefix_changed',
            before: { prefix: before.prefix },
            after: { prefix },
          },
        ],
        [homeRefresh(member.teamId)],
      );
    }
    return { prefix, changed, next: await nextTicketNumber(transaction, organizationId, prefix) };
  });
}
