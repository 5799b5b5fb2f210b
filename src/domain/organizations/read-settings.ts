import { type Actor, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { refuse } from '../errors.ts';
import { permit } from '../permissions.ts';

export interface Settings {
  name: string;
  description: string | null;
  joinLink: string | null;
  hasLogo: boolean;
}

/**
 * What can be set, as it is at present.
 * @throws Refusal `no_organization`, `not_a_member` or `not_allowed`.
 */
export async function readSettings(context: Pick<Context, 'database'>, actor: Actor): Promise<Settings> {
  const member = requireMember(actor);
  permit(member, 'settings.manage');
  const [settings] = await context.database.$queryRaw<Settings[]>`
    SELECT name, description, join_link AS "joinLink",
      EXISTS (SELECT FROM logos WHERE organization_id = organizations.id) AS "hasLogo"
    FROM organizations WHERE id = ${member.organizationId}::uuid`;
  if (!settings) throw refuse('no_organization');
  return settings;
}
