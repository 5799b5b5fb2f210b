import { type Actor, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { homeRefresh } from '../effects.ts';
import { refuse } from '../errors.ts';
import { readId } from '../ids.ts';
import { permit } from '../permissions.ts';
import { record } from '../record.ts';

/**
 * Takes a website off the list; of several who press at once, one does it.
 * @throws Refusal `not_allowed`, `domain_unknown`.
 */
export async function removeDomain(
  context: Context,
  actor: Actor,
  input: { domainId: string },
): Promise<{ host: string }> {
  const member = requireMember(actor);
  permit(member, 'settings.manage');
  const { organizationId } = member;
  const domainId = readId(input.domainId);
  if (!domainId) throw refuse('domain_unknown');
  return context.database.$transaction(async (transaction) => {
    const [removed] = await transaction.$queryRaw<{ host: string; includeSubdomains: boolean }[]>`
      DELETE FROM authorized_domains WHERE id = ${domainId}::uuid AND organization_id = ${organizationId}::uuid
      RETURNING host, include_subdomains AS "includeSubdomains"`;
    if (!removed) throw refuse('domain_unknown');
    const { host, includeSubdomains } = removed;
    await record(
      transaction,
      context,
      [
        {
          organizationId,
          by: member,
          action: 'domain.removed',
          subject: host,
          before: { includeSubdomains },
        },
      ],
      [homeRefresh(member.teamId)],
    );
    return { host };
  });
}
