import type { Context } from '../../context.ts';

type Reader = Pick<Context, 'database'>;

/** A customer's message on its way into the thread; null where it is gone or was deleted. */
export async function readCustomerWords({ database }: Reader, messageId: string) {
  const message = await database.ticketMessage.findFirst({
    where: { id: messageId, deletedAt: null, customerId: { not: null } },
    select: {
      text: true,
      customer: { select: { id: true, name: true, email: true } },
      ticket: {
        select: {
          requesterId: true,
          requesterName: true,
          assignee: { select: { userId: true, status: true } },
        },
      },
      _count: { select: { attachments: true } },
    },
  });
  if (!message?.customer) return null;
  const { text, ticket, _count } = message;
  const { id, name, email } = message.customer;
  const customer = { name: id === ticket.requesterId ? (ticket.requesterName ?? email) : name, email };
  const assigneeUserId = ticket.assignee?.status === 'active' ? ticket.assignee.userId : null;
  return { text, customer, assigneeUserId, files: _count.attachments };
}

/** An internal note on its way into the thread; null where it is gone or was deleted. */
export async function readNoteWords({ database }: Reader, noteId: string) {
  const note = await database.ticketNote.findFirst({
    where: { id: noteId, deletedAt: null },
    select: { text: true, member: { select: { name: true } } },
  });
  return note && { text: note.text, author: note.member.name };
}

/** A member's reply and how its e-mail went; null where it is gone, was deleted, or was not written by a member. */
export async function readMailedReply({ database }: Reader, messageId: string) {
  const message = await database.ticketMessage.findFirst({
    where: { id: messageId, deletedAt: null },
    select: {
      slackTs: true,
      mailStatus: true,
      mailError: true,
      failureTs: true,
      member: { select: { userId: true } },
      ticket: {
        select: {
          id: true,
          organizationId: true,
          channelId: true,
          messageTs: true,
          requesterName: true,
          requester: { select: { email: true } },
          organization: { select: { teamId: true } },
        },
      },
    },
  });
  if (!message?.member) return null;
  const { member, ticket, ...rest } = message;
  const { requesterName, requester, organization, ...thread } = ticket;
  return {
    ...rest,
    thread: { ...thread, teamId: organization.teamId },
    authorUserId: member.userId,
    customerName: requesterName ?? requester.email,
  };
}

/** A customer's file on its way into the thread; null where it, or its message, is gone. */
export async function readFile({ database }: Reader, attachmentId: string) {
  return database.ticketAttachment.findFirst({
    where: { id: attachmentId, message: { deletedAt: null } },
    select: { name: true, content: true, slackFileId: true },
  });
}

/** Notes under which id of Slack's a file was put there, before it is shown. */
export async function noteStaged(
  { database }: Reader,
  attachmentId: string,
  slackFileId: string,
): Promise<void> {
  await database.ticketAttachment.updateMany({ where: { id: attachmentId }, data: { slackFileId } });
}
