import { Prisma, type Standing } from '../../database/client.ts';
import { queryRows } from '../../database/statements.ts';
import type { Actor } from '../actor.ts';
import type { Context } from '../context.ts';
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
    SELECT organization.id AS organization_id, member.id AS member_id, member.role::text AS role,
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
    return { kind: 'member', ...person, organizationId, memberId: row.member_id, role: row.role };
  }
  return { kind: 'visitor', ...person, organizationId };
}
