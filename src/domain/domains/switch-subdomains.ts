import { type Actor, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { homeRefresh } from '../effects.ts';
import { refuse } from '../errors.ts';
import { readId } from '../ids.ts';
import { permit } from '../permissions.ts';
import { record } from '../record.ts';
import type { Website } from './website.ts';

/**
 * Lets an entry cover everything below its host, or no longer. Setting what is set already writes nothing.
 * @throws Refusal `not_allowed`, `domain_unknown`.
 */
export async function switchSubdomains(
  context: Context,
  actor: Actor,
  input: { domainId: string; includeSubdomains: boolean },
): Promise<Website> {
  const member = requireMember(actor);
  permit(member, 'settings.manage');
  const { organizationId } = member;
  const { includeSubdomains } = input;
  const domainId = readId(input.domainId);
  if (!domainId) throw refuse('domain_unknown');
  return context.database.$transaction(async (transaction) => {
    const [listed] = await transaction.$queryRaw<Website[]>`
      SELECT host, include_subdomains AS "includeSubdomains" FROM authorized_domains
      WHERE id = ${domainId}::uuid AND organization_id = ${organizationId}::uuid FOR UPDATE`;
    if (!listed) throw refuse('domain_unknown');
    const { host } = listed;
    if (listed.includeSubdomains === includeSubdomains) return listed;
    await transaction.$executeRaw`
      UPDATE authorized_domains SET include_subdomains = ${includeSubdomains}
      WHERE organization_id = ${organizationId}::uuid AND host = ${host}`;
    await record(
      transaction,
      context,
      [
        {
          organizationId,
          by: member,
          action: 'domain.subdomains_switched',
          subject: host,
          before: { includeSubdomains: listed.includeSubdomains },
          after: { includeSubdomains },
        },
      ],
      [homeRefresh(member.teamId)],
    );
    return { host, includeSubdomains };
  });
}
