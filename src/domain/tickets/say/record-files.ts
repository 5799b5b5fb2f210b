import type { Transaction } from '../../../database/client.ts';
import type { Context } from '../../context.ts';
import { type Effect, effect } from '../../effects.ts';
import { record } from '../../record.ts';

export interface FetchedFile {
  slackFileId: string;
  name: string;
  contentType: string;
  bytes: Uint8Array;
}

/**
 * Keeps the files of an agent's reply and has it mailed with them; whoever wrote it is told how many were `leftOut`. A reply
 * that would say nothing without them is not sent. Twice does what once does.
 */
export async function recordFiles(
  transaction: Transaction,
  context: Pick<Context, 'now' | 'newId'>,
  { messageId, files, leftOut }: { messageId: string; files: readonly FetchedFile[]; leftOut: number },
): Promise<void> {
  const message = await transaction.ticketMessage.findUnique({
    where: { id: messageId },
    select: {
      ticketId: true,
      text: true,
      member: { select: { userId: true } },
      ticket: {
        select: { channelId: true, messageTs: true, organization: { select: { teamId: true } } },
      },
    },
  });
  if (!message) return;
  const { ticketId, text, member, ticket } = message;
  await transaction.ticketAttachment.createMany({
    data: files.map(({ bytes, ...file }) => ({
      ...file,
      id: context.newId(),
      ticketId,
      messageId,
      size: bytes.byteLength,
      content: new Uint8Array(bytes),
      createdAt: context.now(),
    })),
    skipDuplicates: true,
  });
  const isEmpty = text.trim() === '' && files.length === 0;
  if (isEmpty) {
    await transaction.ticketMessage.updateMany({
      where: { id: messageId, deletedAt: null },
      data: { deletedAt: context.now() },
    });
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
