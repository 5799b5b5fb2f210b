import { Prisma } from '../../database/client.ts';
import type { Context } from '../context.ts';
import { ticketCard } from '../effects.ts';
import { recordClauses } from '../record.ts';

/** Keeps Slack's own link to the message that a ticket was taken from; its card shows it. The same link again changes nothing. */
export async function recordPermalink(
  context: Pick<Context, 'database' | 'now' | 'newId'>,
  { ticketId, permalink }: { ticketId: string; permalink: string },
): Promise<void> {
  const card = recordClauses(
    context,
    [],
    [ticketCard(context, ticketId)],
    Prisma.sql`EXISTS (SELECT FROM linked)`,
  );
  await context.database.$executeRaw`
    WITH linked AS (
      UPDATE tickets SET permalink = ${permalink}, active_at = greatest(active_at, ${context.now()}::timestamptz)
      WHERE id = ${ticketId}::uuid AND permalink IS DISTINCT FROM ${permalink} RETURNING id),
    ${card}
    SELECT 1`;
}
