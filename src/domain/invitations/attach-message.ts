import { Prisma } from '../../database/client.ts';
import type { Context } from '../context.ts';
import { effect } from '../effects.ts';
import { recordClauses } from '../record.ts';

export interface DirectMessage {
  channel: string;
  ts: string;
}

/**
 * Remembers the direct message that offers an invite, and the Slack user who may accept it by that message. If the invite was
 * settled while the message was on its way, the message is brought up to date.
 * @returns the message that offered it until now, which another sending has replaced; null where there was none.
 */
export async function attachMessage(
  context: Context,
  { invitationId, userId, channel, ts }: DirectMessage & { invitationId: string; userId: string },
): Promise<DirectMessage | null> {
  const records = recordClauses(
    context,
    [],
    [effect('invitation.message-update', { invitationId })],
    Prisma.sql`EXISTS (SELECT FROM attached WHERE NOT pending)`,
  );
  const [before] = await context.database.$queryRaw<{ channel: string | null; ts: string | null }[]>`
    WITH before AS MATERIALIZED (
      SELECT id, message_channel, message_ts FROM invitations WHERE id = ${invitationId}::uuid FOR UPDATE),
    attached AS (
      UPDATE invitations i SET message_channel = ${channel}, message_ts = ${ts},
        invitee_user_id = CASE WHEN i.status = 'accepted' THEN i.invitee_user_id ELSE ${userId} END
      FROM before WHERE i.id = before.id
      RETURNING i.status = 'pending' AND i.expires_at > ${context.now()}::timestamptz AS pending),
    ${records}
    SELECT message_channel AS channel, message_ts AS ts FROM before`;
  if (!before?.channel || !before.ts || before.ts === ts) return null;
  return { channel: before.channel, ts: before.ts };
}
