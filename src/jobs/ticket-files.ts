import { NotInstalled } from '../clients/slack/not-installed.ts';
import type { Context } from '../domain/context.ts';
import { ATTACHMENT_BYTES, inspectAttachment } from '../domain/tickets/attachment-kind.ts';
import { type FetchedFile, recordFiles } from '../domain/tickets/say/record-files.ts';
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
    const message = await context.database.ticketMessage.findUnique({
      where: { id: messageId },
      select: { ticket: { select: { organization: { select: { teamId: true } } } } },
    });
    if (!message) return;
    const { teamId } = message.ticket.organization;
    const files: FetchedFile[] = [];
    for (const slackFileId of fileIds) {
      const file = await fetchOne(context, teamId, slackFileId);
      if (file) files.push(file);
    }
    const leftOut = fileIds.length - files.length;
    await context.database.$transaction((transaction) =>
      recordFiles(transaction, context, { messageId, files, leftOut }),
    );
  },
  onParked: (transaction, context, { messageId, fileIds }) =>
    recordFiles(transaction, context, { messageId, files: [], leftOut: fileIds.length }),
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
