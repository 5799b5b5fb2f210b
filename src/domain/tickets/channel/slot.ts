import { Prisma } from '../../../database/client.ts';
import { queryRows } from '../../../database/statements.ts';
import type { Context } from '../../context.ts';

/** Slack takes one message a second in a channel (docs.slack.dev/apis/web-api/rate-limits). */
export const PACE_MS = 1000;
/** As long as posting one thing may take; whoever holds a slot for longer is taken for dead. */
const HOLD_MS = 60_000;

export interface Channel {
  organizationId: string;
  channelId: string;
}

/** The right to post in a channel, held by one at a time. */
export interface Slot {
  teamId: string;
  channelId: string;
  holder: string;
  /** What an earlier holder was posting when it died or lost the answer: it may be there. */
  posting: { id: string; since: Date } | null;
}

interface Row {
  team_id: string;
  taken: boolean;
  held: boolean | null;
  free_at: Date | null;
  posting: string | null;
  since: Date | null;
}

/**
 * Takes the slot of a channel, unless somebody posts there or has posted less than a second ago: then gives when to come back.
 * Null where the organization is gone.
 */
export async function takeSlot(
  context: Context,
  { organizationId, channelId }: Channel,
): Promise<Slot | { freeAt: Date } | null> {
  const now = context.now();
  const holder = context.newId();
  const [row] = await queryRows<Row>(
    context.database,
    Prisma.sql`
    WITH asked AS (SELECT team_id FROM organizations WHERE id = ${organizationId}::uuid),
    taken AS (
      INSERT INTO channel_slots AS slot (team_id, channel_id, free_at, holder)
      SELECT team_id, ${channelId}, ${until(now, HOLD_MS)}::timestamptz, ${holder}::uuid FROM asked
      ON CONFLICT (team_id, channel_id) DO UPDATE SET free_at = excluded.free_at, holder = excluded.holder
      WHERE slot.free_at <= ${now}::timestamptz
      RETURNING posting, since)
    SELECT asked.team_id, EXISTS (SELECT FROM taken) AS taken, taken.posting, taken.since,
      slot.holder IS NOT NULL AS held, slot.free_at
    FROM asked LEFT JOIN taken ON true
    LEFT JOIN channel_slots slot ON slot.team_id = asked.team_id AND slot.channel_id = ${channelId}`,
  );
  if (!row) return null;
  // Whoever holds it gives it back long before its end, unless dead.
  if (!row.taken) return { freeAt: row.held ? until(now, PACE_MS) : latest(row.free_at, until(now, 100)) };
  const { team_id: teamId, posting, since } = row;
  return {
    teamId,
    channelId,
    holder,
    posting: posting !== null && since !== null ? { id: posting, since } : null,
  };
}

/**
 * Notes what is about to be posted, before it is, and holds the slot for another while. Gives since when it is being posted,
 * where an earlier holder began: then it may be there. Null where the slot was lost.
 */
export async function notePosting(
  context: Context,
  slot: Slot,
  id: string,
): Promise<{ begunBefore: Date | null } | null> {
  const now = context.now();
  const begunBefore = slot.posting?.id === id ? slot.posting.since : null;
  const held = await context.database.$executeRaw`
    UPDATE channel_slots SET posting = ${id}::uuid, since = ${begunBefore ?? now}::timestamptz,
      free_at = ${until(now, HOLD_MS)}::timestamptz
    WHERE team_id = ${slot.teamId} AND channel_id = ${slot.channelId} AND holder = ${slot.holder}::uuid`;
  if (held === 0) return null;
  slot.posting = { id, since: begunBefore ?? now };
  return { begunBefore };
}

/** How a slot is given back. */
export interface Freed {
  /** Milliseconds until the next may post: a second after a post, longer where Slack asks for it. */
  after: number;
  /** False where Slack may have posted what was noted and the answer was lost. */
  settled: boolean;
}

/** Gives the slot back; nothing where it was lost. Gives when it is free. */
export async function freeSlot(context: Context, slot: Slot, { after, settled }: Freed): Promise<Date> {
  const freeAt = until(context.now(), after);
  await context.database.$executeRaw`
    UPDATE channel_slots SET free_at = ${freeAt}::timestamptz, holder = NULL,
      posting = CASE WHEN ${settled} THEN NULL ELSE posting END, since = CASE WHEN ${settled} THEN NULL ELSE since END
    WHERE team_id = ${slot.teamId} AND channel_id = ${slot.channelId} AND holder = ${slot.holder}::uuid`;
  return freeAt;
}

function until(now: Date, milliseconds: number): Date {
  return new Date(now.getTime() + milliseconds);
}

function latest(one: Date | null, other: Date): Date {
  return one !== null && one > other ? one : other;
}
