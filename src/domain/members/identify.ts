import { Prisma, type Standing, type SubscriptionStatus } from '../../database/client.ts';
import { queryRows } from '../../database/statements.ts';
import type { Actor } from '../actor.ts';
import { hasLapsed } from '../billing/subscription.ts';
import type { Context } from '../context.ts';
import type { ReadOnlyReason } from '../permissions.ts';
import type { Role } from '../roles.ts';

export interface Identity {
  teamId: string;
  userId: string;
  /** What the request called them, for somebody of whom nothing else is known. */
  name: string;
  /** The workspace that the user belongs to, where the request told it: another one makes a stranger. */
  homeTeamId?: string;
}

interface Row {
  organization_id: string | null;
  subscription_id: string | null;
  subscription_status: SubscriptionStatus | null;
  closing: boolean;
  member_id: string | null;
  role: Role | null;
  name: string | null;
  email: string | null;
  standing: Standing | null;
  deactivated: boolean | null;
}

/**
 * Who somebody is in the workspace, by one statement: a member only while active there, and while Slack has them as a
 * full member of the workspace. Guests, strangers and bots are visitors whatever the member list says.
 */
export async function identify(
  context: Pick<Context, 'database'>,
  { teamId, userId, name, homeTeamId }: Identity,
): Promise<Actor> {
  const [row] = await queryRows<Row>(
    context.database,
    Prisma.sql`
    SELECT organization.id AS organization_id, organization.subscription_id,
      organization.subscription_status::text,
      EXISTS (SELECT FROM organization_deletions AS deletion WHERE deletion.organization_id = organization.id
        AND (deletion.status = 'requested' OR deletion.status = 'exporting' OR deletion.status = 'scheduled'
          OR deletion.status = 'deleting')) AS closing,
      member.id AS member_id, member.role::text AS role,
      coalesce(person.name, member.name) AS name, coalesce(person.email, member.email) AS email,
      person.standing::text AS standing, person.deactivated
    FROM (VALUES (${teamId}, ${userId})) AS asked (team_id, user_id)
    LEFT JOIN slack_people AS person ON person.team_id = asked.team_id AND person.user_id = asked.user_id
    LEFT JOIN organizations AS organization ON organization.team_id = asked.team_id
    LEFT JOIN members AS member ON member.organization_id = organization.id
      AND member.user_id = asked.user_id AND member.status = 'active'`,
  );
  const organizationId = row?.organization_id ?? null;
  const away = homeTeamId !== undefined && homeTeamId !== teamId;
  const standing = away ? 'stranger' : (row?.standing ?? null);
  const person = { teamId, userId, name: row?.name ?? name, email: row?.email ?? null, standing };
  const seated = (standing === null || standing === 'full') && !row?.deactivated;
  if (seated && organizationId !== null && row?.member_id && row.role) {
    const { member_id: memberId, role } = row;
    return { kind: 'member', ...person, organizationId, memberId, role, readOnly: readOnlyReason(row) };
  }
  return { kind: 'visitor', ...person, organizationId };
}

function readOnlyReason(row: Row): ReadOnlyReason | null {
  if (row.closing) return 'closing';
  const subscription = { id: row.subscription_id, status: row.subscription_status };
  return hasLapsed(subscription) ? 'lapsed' : null;
}
