import { type Actor, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { type Category, listCategories } from './categories/list-categories.ts';
import { listTickets, type TicketFilter, type TicketPage } from './list-tickets.ts';

/** People offered as a filter: a select holds 100 options (docs.slack.dev/reference/block-kit/block-elements). */
const MOST_PEOPLE = 97;

/** A page of the list, and what it can be narrowed down by. */
export interface TicketListing {
  teamId: string;
  page: TicketPage;
  filter: TicketFilter;
  categories: Category[];
  /** Active members by name, who asks first. */
  people: { userId: string; name: string }[];
}

/**
 * The list of tickets as its modal shows it, by a constant number of statements.
 * @throws Refusal `no_organization`, `not_a_member`.
 */
export async function showList(
  context: Pick<Context, 'database'>,
  actor: Actor,
  { page: key, ...filter }: TicketFilter & { page?: string } = {},
): Promise<TicketListing> {
  const member = requireMember(actor);
  const [page, categories, others] = await Promise.all([
    listTickets(context, member, { ...filter, ...(key !== undefined && { page: key }) }),
    listCategories(context, member),
    context.database.member.findMany({
      where: { organizationId: member.organizationId, status: 'active', userId: { not: member.userId } },
      select: { userId: true, name: true },
      orderBy: [{ name: 'asc' }, { id: 'asc' }],
      take: MOST_PEOPLE,
    }),
  ]);
  const { teamId, userId, name } = member;
  return { teamId, page, filter, categories, people: [{ userId, name: `${name} (you)` }, ...others] };
}
