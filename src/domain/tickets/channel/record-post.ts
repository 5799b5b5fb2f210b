import { Prisma, type Transaction } from '../../../database/client.ts';
import type { Context } from '../../context.ts';
import { effect, ticketCard } from '../../effects.ts';
import { record, recordClauses } from '../../record.ts';
import type { NextInThread } from './next-post.ts';
import { postInChannel } from './post-effects.ts';

type Posted = { channelId: string; ts: string };

/** A customer's first words that do not fit on the card stand in the thread as a whole; so do the files of the message. */
export interface CardPosted extends Posted {
  teamId: string;
  ticketId: string;
  /** The state that the card shows: see TicketCard. */
  shownAt: Date;
  /** Whether the words of the first message are to follow in the thread. */
  goesOn: boolean;
}

/**
 * Records where a ticket stands, once; what its first message has beside the card gets into the line. Where the ticket has
 * changed while its card was on the way, the card follows; where it was deleted meanwhile, the card goes too.
 */
export async function recordCardPosted(context: Context, posted: CardPosted): Promise<void> {
  const { teamId, ticketId, channelId, ts, shownAt, goesOn } = posted;
  const card = recordClauses(
    context,
    [],
    [ticketCard(context, ticketId)],
    Prisma.sql`EXISTS (SELECT FROM recorded WHERE active_at <> ${shownAt}::timestamptz)`,
  );
  await context.database.$transaction(async (transaction) => {
    const recorded = await transaction.$queryRaw<Recorded[]>`
      WITH recorded AS (
        UPDATE tickets SET channel_id = ${channelId}, message_ts = ${ts}
        WHERE id = ${ticketId}::uuid AND message_ts IS NULL
        RETURNING id, organization_id, preceding_id, active_at),
      ${card}
      SELECT id, organization_id AS "organizationId", preceding_id AS "precedingId" FROM recorded`;
    if (!recorded[0]) {
      const stands = await transaction.ticket.count({ where: { id: ticketId } });
      const gone = stands > 0 ? [] : [effect('ticket.unpost', { teamId, channelId, ticketId, ts })];
      return record(transaction, context, [], gone);
    }
    const { organizationId, precedingId } = recorded[0];
    if (precedingId !== null) await tellPreceding(transaction, context, { ticketId, precedingId });
    const first = await transaction.ticketMessage.findFirst({
      where: { ticketId },
      orderBy: { id: 'asc' },
      select: { id: true, attachments: { select: { id: true }, orderBy: { id: 'asc' } } },
    });
    if (!first) return;
    const subjects = [
      ...(goesOn ? [{ kind: 'message' as const, subjectId: first.id }] : []),
      ...first.attachments.map(({ id }) => ({ kind: 'file' as const, subjectId: id })),
    ];
    await transaction.threadPost.createMany({
      // Under their own ids they stand before whatever was said after them, and waits already.
      data: subjects.map((subject) => ({ id: subject.subjectId, organizationId, ticketId, ...subject })),
      skipDuplicates: true,
    });
  });
}

interface Recorded {
  organizationId: string;
  precedingId: string | null;
}

/** The thread of the closed ticket is told where it goes on, now that there is a way there. */
async function tellPreceding(
  transaction: Transaction,
  context: Context,
  { ticketId, precedingId }: { ticketId: string; precedingId: string },
): Promise<void> {
  const preceding = await transaction.ticket.findUnique({
    where: { id: precedingId },
    select: { organizationId: true, channelId: true },
  });
  if (!preceding || preceding.channelId === null) return;
  const { organizationId, channelId } = preceding;
  const post = { kind: 'following', subjectId: ticketId } as const;
  await transaction.threadPost.createMany({
    data: [{ ...post, id: context.newId(), organizationId, ticketId: precedingId }],
    skipDuplicates: true,
  });
  await record(transaction, context, [], [postInChannel({ organizationId, channelId })]);
}

/** A part of a long text stands in the thread. */
export async function recordPartPosted(context: Context, post: NextInThread, ts: string): Promise<void> {
  await context.database.threadPost.updateMany({ where: { id: post.id }, data: { parts: { increment: 1 } } });
  if (post.kind === 'message') await rememberTs(context, post.subjectId, ts);
}

/** Takes what stands in the thread, or cannot, out of the line; `ts` is where it stands. */
export async function recordThreadPosted(
  context: Context,
  post: NextInThread,
  ts: string | null,
): Promise<void> {
  const { id, kind, subjectId } = post;
  if (ts !== null && kind === 'message') await rememberTs(context, subjectId, ts);
  if (ts !== null && kind === 'note') {
    await context.database.ticketNote.updateMany({
      where: { id: subjectId, slackTs: null },
      data: { slackTs: ts },
    });
  }
  if (ts !== null && kind === 'failure') {
    await context.database.ticketMessage.updateMany({ where: { id: subjectId }, data: { failureTs: ts } });
  }
  if (kind === 'message') await bringCardAlong(context, post);
  await context.database.threadPost.deleteMany({ where: { id } });
}

/** A message that has waited for longer waited with its channel: the card may not have been changed either. */
const WAITED_MS = 120_000;

/** Has a ticket's card follow a message that may have reopened the ticket while nothing could be changed in the channel. */
async function bringCardAlong(
  context: Context,
  { ticketId, subjectId }: { ticketId: string; subjectId: string },
): Promise<void> {
  const since = new Date(context.now().getTime() - WAITED_MS);
  const late = await context.database.ticketMessage.count({
    where: { id: subjectId, createdAt: { lt: since } },
  });
  if (late > 0) await record(context.database, context, [], [ticketCard(context, ticketId)]);
}

/** The first of its messages is where a text stands. */
async function rememberTs(context: Context, messageId: string, ts: string): Promise<void> {
  await context.database.ticketMessage.updateMany({
    where: { id: messageId, slackTs: null },
    data: { slackTs: ts },
  });
}
