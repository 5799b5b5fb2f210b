import { violatedConstraint } from '../../database/client.ts';
import { type Actor, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { homeRefresh } from '../effects.ts';
import { Refusal, refuse } from '../errors.ts';
import { lockOrganization } from '../organizations/lock-organization.ts';
import { permit } from '../permissions.ts';
import { record } from '../record.ts';
import { type ListedDomain, MOST_DOMAINS } from './list-domains.ts';
import { normalizeWebsite, type WebsiteOptions } from './website.ts';

/**
 * Authorizes a website; see `normalizeWebsite` for how what was typed is read. Subdomains stay out until they are switched
 * on.
 * @throws Refusal `not_allowed`; on the field `website`: `domain_exists`, `domains_full` and what `normalizeWebsite` refuses.
 */
export async function addDomain(
  context: Context,
  actor: Actor,
  input: { website: string },
  options: WebsiteOptions = {},
): Promise<ListedDomain> {
  const member = requireMember(actor);
  permit(member, 'settings.manage');
  const { organizationId } = member;
  const host = readWebsite(input.website, options);
  const domain = { id: context.newId(), host, includeSubdomains: false };
  try {
    await context.database.$transaction(async (transaction) => {
      // Behind the lock the count below stays true until the row is in.
      await lockOrganization(transaction, organizationId);
      const listed = await transaction.authorizedDomain.count({ where: { organizationId } });
      if (listed >= MOST_DOMAINS) throw refuse('domains_full', { most: MOST_DOMAINS }).on('website');
      await transaction.authorizedDomain.create({
        data: { ...domain, organizationId, createdAt: context.now() },
        select: { id: true },
      });
      await record(
        transaction,
        context,
        [{ organizationId, by: member, action: 'domain.added', subject: host }],
        [homeRefresh(member.teamId)],
      );
    });
  } catch (error) {
    if (violatedConstraint(error) === null) throw error;
    throw refuse('domain_exists', { host }).on('website');
  }
  return domain;
}

function readWebsite(website: string, options: WebsiteOptions): string {
  try {
    return normalizeWebsite(website, options);
  } catch (error) {
    throw error instanceof Refusal ? error.on('website') : error;
  }
}
