import { NotInstalled } from '../clients/slack/not-installed.ts';
import type { Context } from '../domain/context.ts';
import { ATTACHMENT_BYTES, inspectAttachment } from '../domain/tickets/attachment-kind.ts';
import { type FetchedFile, mailWithFiles, recordFile } from '../domain/tickets/say/record-files.ts';
import type { JobContext } from './context.ts';
import { defineJob } from './job.ts';

export type TicketFilesContext = Context & Pick<JobContext, 'files'>;

/**
 * Fetches the files that an agent sent in a thread and judges them by their content; then the reply is mailed with those that
 * pass, and the agent is told of the rest. Files that Slack cannot give for too long are left out.
 */
export const ticketFiles = defineJob<'ticket.files', TicketFilesContext>('ticket.files', {
  queue: 'slack',
  run: async (context, { messageId, fileIds }) => {
    const { database } = context;
    const message = await database.ticketMessage.findUnique({
      where: { id: messageId },
      select: {
        ticketId: true,
        ticket: { select: { organization: { select: { teamId: true } } } },
        attachments: { select: { slackFileId: true } },
      },
    });
    if (!message) return;
    const { ticketId, ticket, attachments } = message;
    const kept = new Set(attachments.map(({ slackFileId }) => slackFileId));
    // One after the other: each may have 10 MB.
    for (const slackFileId of fileIds.filter((id) => !kept.has(id))) {
      const file = await fetchOne(context, ticket.organization.teamId, slackFileId);
      if (file) await recordFile(context, { ...file, ticketId, messageId });
    }
    const sent = { messageId, sent: fileIds.length };
    await database.$transaction((transaction) => mailWithFiles(transaction, context, sent));
  },
  onParked: (transaction, context, { messageId, fileIds }) =>
    mailWithFiles(transaction, context, { messageId, sent: fileIds.length }),
});

async function fetchOne(
  { files }: TicketFilesContext,
  teamId: string,
  slackFileId: string,
): Promise<FetchedFile | null> {
  try {
    const file = await files.fetch(teamId, slackFileId, ATTACHMENT_BYTES);
    const inspected = file && (await inspectAttachment(file));
    return inspected && { ...inspected, bytes: file.bytes, slackFileId };
  } catch (error) {
    if (error instanceof NotInstalled) return null;
    throw error;
  }
}
