import { type InvitationStatus, Prisma } from '../../database/client.ts';
import type { Context } from '../context.ts';
import { readId } from '../ids.ts';
import { rolesFor } from '../permissions.ts';
import type { GrantableRole } from '../roles.ts';
import { statusAt } from './validity.ts';

/** An invite with all that is said of it anywhere. */
export interface FoundInvitation {
  id: string;
  email: string;
  role: GrantableRole;
  /** As it is by the clock. */
  status: InvitationStatus;
  tokenHash: Uint8Array;
  expiresAt: Date;
  mailStatus: 'queued' | 'sent' | 'failed';
  inviteeUserId: string | null;
  messageChannel: string | null;
  messageTs: string | null;
  /** Who sent it; null once they are no active member, and then the organization stands for itself. */
  inviterName: string | null;
  /** Who is told what becomes of it: the inviter while they may manage members, else the Owner. */
  keeperUserId: string | null;
  organization: {
    id: string;
    teamId: string;
    name: string;
    description: string | null;
    joinLink: string | null;
    logoPath: string | null;
  };
}

interface Row extends Omit<FoundInvitation, 'organization'> {
  organizationId: string;
  teamId: string;
  name: string;
  description: string | null;
  joinLink: string | null;
  logoPath: string | null;
}

/** How an invite is asked for. An id comes with the organization or workspace that it must belong to. */
export type InvitationKey =
  | { tokenHash: Uint8Array }
  | { id: string; organizationId: string }
  | { id: string; teamId: string }
  /** For jobs, whose ids come from our own outbox. */
  | { id: string };

/** By one statement; null where there is none, or only somebody else's. Ids may be anything: they come from buttons. */
export async function findInvitation(
  context: Pick<Context, 'now'> & { database: Pick<Context['database'], '$queryRaw'> },
  key: InvitationKey,
): Promise<FoundInvitation | null> {
  if ('id' in key && !readId(key.id)) return null;
  const [row] = await context.database.$queryRaw<Row[]>`
    SELECT i.id, i.email, i.role::text AS role, i.status::text AS status, i.token_hash AS "tokenHash",
      i.expires_at AS "expiresAt", i.mail_status::text AS "mailStatus", i.invitee_user_id AS "inviteeUserId",
      i.message_channel AS "messageChannel", i.message_ts AS "messageTs",
      CASE WHEN inviter.status = 'active' THEN inviter.name END AS "inviterName",
      CASE WHEN ${keeps(Prisma.sql`inviter`)} THEN inviter.user_id ELSE owner.user_id END AS "keeperUserId",
      o.id AS "organizationId", o.team_id AS "teamId", o.name, o.description, o.join_link AS "joinLink",
      l.path AS "logoPath"
    FROM invitations i
    JOIN organizations o ON o.id = i.organization_id
    JOIN members inviter ON inviter.id = i.invited_by_id
    LEFT JOIN members owner ON owner.organization_id = o.id AND owner.role = 'owner' AND owner.status = 'active'
    LEFT JOIN logos l ON l.organization_id = o.id
    WHERE ${condition(key)}`;
  if (!row) return null;
  const { organizationId, teamId, name, description, joinLink, logoPath, ...invitation } = row;
  return {
    ...invitation,
    status: statusAt(context.now(), invitation),
    organization: { id: organizationId, teamId, name, description, joinLink, logoPath },
  };
}

/** Whether a member, by the alias of their row, still looks after the invites they sent. */
export function keeps(member: Prisma.Sql): Prisma.Sql {
  const managers = Prisma.join(rolesFor('members.manage').map((role) => Prisma.sql`${role}::role`));
  return Prisma.sql`(${member}.status = 'active' AND ${member}.role IN (${managers}))`;
}

/** The id of whoever looks after an invite, by the aliases of its inviter's row and the Owner's. */
export function keeperId(inviter: Prisma.Sql, owner: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`CASE WHEN ${keeps(inviter)} THEN ${inviter}.id ELSE ${owner}.id END`;
}

function condition(key: InvitationKey): Prisma.Sql {
  if ('tokenHash' in key) return Prisma.sql`i.token_hash = ${key.tokenHash}`;
  const scope =
    'organizationId' in key
      ? Prisma.sql`AND i.organization_id = ${key.organizationId}::uuid`
      : 'teamId' in key
        ? Prisma.sql`AND o.team_id = ${key.teamId}`
        : Prisma.empty;
  return Prisma.sql`i.id = ${key.id}::uuid ${scope}`;
}
