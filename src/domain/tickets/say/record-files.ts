import type { Transaction } from '../../../database/client.ts';
import type { Context } from '../../context.ts';
import { type Effect, effect } from '../../effects.ts';
import { record } from '../../record.ts';
import { holdTicket } from '../lock-ticket.ts';
import { recountResponse } from './recount-response.ts';

export interface FetchedFile {
  slackFileId: string;
  name: string;
  contentType: string;
  bytes: Uint8Array;
}

/** Keeps a file of an agent's reply; the same file once. */
export async function recordFile(
  { database, newId, now }: Pick<Context, 'database' | 'now' | 'newId'>,
  { ticketId, messageId, bytes, ...file }: FetchedFile & { ticketId: string; messageId: string },
): Promise<void> {
  const content = new Uint8Array(bytes);
  await database.$transaction(async (transaction) => {
    if (!(await holdTicket(transaction, ticketId))) return;
    await transaction.ticketAttachment.createMany({
      data: [
        { ...file, id: newId(), ticketId, messageId, size: content.byteLength, content, createdAt: now() },
      ],
      skipDuplicates: true,
    });
  });
}

/**
 * Has an agent's reply mailed with the files that were kept of it; whoever wrote it is told how many of `sent` were left out. A
 * reply that would say nothing without them is not mailed. Twice does what once does.
 */
export async function mailWithFiles(
  transaction: Transaction,
  context: Pick<Context, 'now' | 'newId'>,
  { messageId, sent }: { messageId: string; sent: number },
): Promise<void> {
  const of = await transaction.ticketMessage.findUnique({
    where: { id: messageId },
    select: { ticketId: true },
  });
  if (!of || !(await holdTicket(transaction, of.ticketId))) return;
  const message = await transaction.ticketMessage.findUnique({
    where: { id: messageId },
    select: {
      text: true,
      member: { select: { userId: true } },
      ticket: {
        select: { channelId: true, messageTs: true, organization: { select: { teamId: true } } },
      },
      _count: { select: { attachments: true } },
    },
  });
  if (!message) return;
  const { text, member, ticket, _count } = message;
  const leftOut = sent - _count.attachments;
  const isEmpty = text.trim() === '' && _count.attachments === 0;
  if (isEmpty) {
    await transaction.ticketMessage.updateMany({
      where: { id: messageId, deletedAt: null },
      data: { deletedAt: context.now() },
    });
    await recountResponse(transaction, of.ticketId);
  }
  const { channelId, messageTs, organization } = ticket;
  const effects: Effect[] = isEmpty
    ? []
    : [effect('ticket.mail', { messageId }, { key: `mail:${messageId}` })];
  if (leftOut > 0 && member && channelId !== null && messageTs !== null) {
    const { teamId } = organization;
    const place = { teamId, channelId, threadTs: messageTs, userId: member.userId };
    effects.push(
      effect('thread.whisper', { ...place, text: isEmpty ? NOTHING_LEFT : leftOutWords(leftOut) }),
    );
  }
  await record(transaction, context, [], effects);
}

const KINDS = 'images, PDF, Word, Excel and ZIP of up to 10 MB each go to customers';
const NOTHING_LEFT = `Nothing was sent: ${KINDS}.`;

function leftOutWords(count: number): string {
  return `${count === 1 ? 'A file was' : `${count} files were`} left out: ${KINDS}. The rest was sent.`;
}
