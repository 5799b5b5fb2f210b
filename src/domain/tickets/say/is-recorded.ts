import type { Context } from '../../context.ts';

/** Whether a message in a ticket's thread stands on record as a member's reply or note. */
export async function isRecorded(
  { database }: Pick<Context, 'database'>,
  said: { ticketId: string; slackTs: string },
): Promise<boolean> {
  const where = { ...said, memberId: { not: null }, deletedAt: null };
  if ((await database.ticketMessage.count({ where })) > 0) return true;
  return (await database.ticketNote.count({ where: { ...said, deletedAt: null } })) > 0;
}
