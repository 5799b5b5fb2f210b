import { type Actor, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { refuse } from '../errors.ts';
import { readId } from '../ids.ts';
import { permit } from '../permissions.ts';
import type { FoundMember } from './lock-member.ts';

/**
 * An active member whom somebody is about to remove; removeMember decides.
 * @throws Refusal `not_allowed`, `member_unknown`, also for another organization's.
 */
export async function findMember(
  context: Context,
  actor: Actor,
  { memberId }: { memberId: string },
): Promise<FoundMember> {
  const { organizationId, role } = requireMember(actor);
  permit({ role }, 'members.manage');
  const id = readId(memberId);
  const member =
    id &&
    (await context.database.member.findFirst({
      where: { id, organizationId, status: 'active' },
      select: { id: true, userId: true, name: true, role: true },
    }));
  if (!member) throw refuse('member_unknown');
  return member;
}
