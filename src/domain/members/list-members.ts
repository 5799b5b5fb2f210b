import { type Actor, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { permit } from '../permissions.ts';
import type { Role } from '../roles.ts';

/** Members on one page of a list. */
export const MEMBERS_PAGE = 10;

export interface ListedMember {
  id: string;
  userId: string;
  name: string;
  role: Role;
  joinedAt: Date;
}

export interface MembersPage {
  members: ListedMember[];
  /** All active members of the organization. */
  total: number;
  /** The page shown, from 0; the last one where a later one was asked for. */
  page: number;
  pages: number;
}

/**
 * A page of the active members: the Owner, then Admins, then Agents, each by name.
 * @throws Refusal `no_organization`, `not_a_member`.
 */
export async function listMembers(
  context: Context,
  actor: Actor,
  input: { page?: number } = {},
): Promise<MembersPage> {
  const { organizationId, role } = requireMember(actor);
  permit({ role }, 'organization.view');
  const where = { organizationId, status: 'active' as const };
  const total = await context.database.member.count({ where });
  const pages = Math.max(1, Math.ceil(total / MEMBERS_PAGE));
  const page = Math.min(Math.max(0, Math.trunc(input.page ?? 0) || 0), pages - 1);
  const members = await context.database.member.findMany({
    where,
    select: { id: true, userId: true, name: true, role: true, joinedAt: true },
    // The enum's order is the rank's, highest first.
    orderBy: [{ role: 'asc' }, { name: 'asc' }, { id: 'asc' }],
    skip: page * MEMBERS_PAGE,
    take: MEMBERS_PAGE,
  });
  return { members, total, page, pages };
}
