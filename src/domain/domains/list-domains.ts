import { type Actor, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { permit } from '../permissions.ts';
import type { Website } from './website.ts';

export interface ListedDomain extends Website {
  id: string;
}

/** The most that one organization may list. */
export const MOST_DOMAINS = 100;

/**
 * The organization's authorized domains, in alphabetical order; never more than MOST_DOMAINS.
 * @throws Refusal `no_organization`, `not_a_member`.
 */
export async function listDomains(context: Context, actor: Actor): Promise<ListedDomain[]> {
  const { organizationId, role } = requireMember(actor);
  permit({ role }, 'organization.view');
  return context.database.authorizedDomain.findMany({
    where: { organizationId },
    select: { id: true, host: true, includeSubdomains: true },
    orderBy: { host: 'asc' },
  });
}
