import { Prisma } from '../../../database/client.ts';
import { queryRows } from '../../../database/statements.ts';
import type { Context } from '../../context.ts';
import type { Channel } from './slot.ts';

/** What is to be posted next: a ticket's card, something in its thread, or a payment that was made on a website. */
export type NextPost =
  | { kind: 'card'; id: string; ticketId: string; threadTs: null }
  | { kind: 'payment'; id: string; ticketId: null; threadTs: null }
  | NextInThread;

export interface NextInThread {
  kind: 'message' | 'note' | 'file' | 'failure' | 'following' | 'merged' | 'absorbed';
  id: string;
  ticketId: string;
  threadTs: string;
  subjectId: string;
  /** How many parts of it stand in the thread already. */
  parts: number;
}

/**
 * The oldest thing that waits to be posted in a channel, or `preferred` where it waits; null where nothing does. Everything
 * waits while no seat is paid for; new tickets and payments wait too while the support channel cannot be posted to. What the thread of a
 * posted ticket gets goes into the channel where the ticket stands. Each statement is on the indexes of what waits, whatever
 * else the organization has.
 */
export async function findNextPost(
  context: Pick<Context, 'database'>,
  channel: Channel,
  preferred: string | null,
): Promise<NextPost | null> {
  const found =
    preferred === null
      ? null
      : await find(context, channel, (id) => Prisma.sql`AND ${id} = ${preferred}::uuid`);
  return found ?? find(context, channel);
}

async function find(
  context: Pick<Context, 'database'>,
  channel: Channel,
  only?: (id: Prisma.Sql) => Prisma.Sql,
): Promise<NextPost | null> {
  const [row] = await queryRows<NextPost>(context.database, nextPostQuery(channel, only));
  return row ?? null;
}

/** The oldest thing that waits for a channel, of those whose ids `only` lets pass. */
export function nextPostQuery(
  { organizationId, channelId }: Channel,
  only: (id: Prisma.Sql) => Prisma.Sql = () => Prisma.empty,
): Prisma.Sql {
  return Prisma.sql`
    WITH desk AS (
      SELECT id, support_channel_id FROM organizations
      WHERE id = ${organizationId}::uuid AND seats_purchased > 0
        AND (support_channel_id IS DISTINCT FROM ${channelId} OR channel_trouble IS NULL)),
    card AS (
      SELECT t.id FROM tickets t
      WHERE t.organization_id = (SELECT id FROM desk WHERE support_channel_id = ${channelId}) AND t.message_ts IS NULL
        ${only(Prisma.sql`t.id`)}
      ORDER BY t.id LIMIT 1),
    payment AS (
      SELECT p.id FROM payments p
      WHERE p.organization_id = (SELECT id FROM desk WHERE support_channel_id = ${channelId})
        AND p.paid_at IS NOT NULL AND p.message_ts IS NULL ${only(Prisma.sql`p.id`)}
      ORDER BY p.id LIMIT 1),
    line AS (
      SELECT p.id, p.kind::text AS kind, p.ticket_id, t.message_ts, p.subject_id, p.parts
      FROM thread_posts p JOIN tickets t ON t.id = p.ticket_id
      WHERE p.organization_id = (SELECT id FROM desk) AND t.channel_id = ${channelId} ${only(Prisma.sql`p.id`)}
      ORDER BY p.id LIMIT 1)
    SELECT id, kind, "ticketId", "threadTs", "subjectId", parts FROM (
      SELECT id, 'card' AS kind, id AS "ticketId", NULL AS "threadTs", NULL::uuid AS "subjectId", 0 AS parts FROM card
      UNION ALL
      SELECT id, 'payment', NULL, NULL, NULL, 0 FROM payment
      UNION ALL
      SELECT id, kind, ticket_id, message_ts, subject_id, parts FROM line) AS waiting
    ORDER BY id LIMIT 1`;
}
