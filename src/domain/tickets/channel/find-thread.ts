import type { Context } from '../../context.ts';
import { formatTicketNumber } from '../../organizations/ticket-number.ts';

export interface Thread {
  organizationId: string;
  ticketId: string;
  number: string;
  /** The app's own user there. */
  botUserId: string | null;
}

/** The ticket whose thread begins with a message of a channel; null where it is no ticket's of that workspace. */
export async function findThread(
  { database }: Pick<Context, 'database'>,
  { teamId, channelId, threadTs }: { teamId: string; channelId: string; threadTs: string },
): Promise<Thread | null> {
  const [row] = await database.$queryRaw<
    { id: string; organizationId: string; prefix: string; number: number; botUserId: string | null }[]
  >`
    SELECT t.id, t.organization_id AS "organizationId", t.prefix, t.number, i.bot_user_id AS "botUserId"
    FROM tickets t JOIN organizations o ON o.id = t.organization_id LEFT JOIN installations i ON i.team_id = o.team_id
    WHERE t.channel_id = ${channelId} AND t.message_ts = ${threadTs} AND o.team_id = ${teamId}`;
  if (!row) return null;
  const { id, organizationId, prefix, number, botUserId } = row;
  return { organizationId, ticketId: id, number: formatTicketNumber(prefix, number), botUserId };
}
