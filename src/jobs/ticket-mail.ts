import { type Mailer, MailRefused, type Reference } from '../clients/mail/mailer.ts';
import { ticketReplyMail } from '../clients/mail/ticket-mail.ts';
import type { Context } from '../domain/context.ts';
import {
  type ConversationTokens,
  conversationPath,
} from '../domain/tickets/conversation/conversation-token.ts';
import {
  type CustomerAttachment,
  type CustomerTicket,
  readCustomerFiles,
  readCustomerMessages,
  readCustomerTicket,
} from '../domain/tickets/customer-view.ts';
import { readMailThread, type TicketMail } from '../domain/tickets/mail/mail-thread.ts';
import { recordTicketMailFailed, recordTicketMailSent } from '../domain/tickets/mail/record-mail.ts';
import type { ReplyAddresses } from '../domain/tickets/mail/reply-address.ts';
import type { JobContext } from './context.ts';
import { defineJob } from './job.ts';
import { learnMentioned } from './learn-mentioned.ts';

export type TicketMailContext = Context & {
  mailer: Pick<Mailer, 'send'>;
  /** Undefined where no mail comes back here. */
  replyAddresses: Pick<ReplyAddresses, 'addressOf'> | undefined;
  conversationTokens: Pick<ConversationTokens, 'tokenOf'>;
  publicUrl(path: string): string;
};

export type TicketReplyContext = TicketMailContext & Pick<JobContext, 'slack'>;

/** As often Slack is asked who is mentioned before a mail goes without their names. */
const NAMES_ATTEMPTS = 3;
const REFUSED = 'The mail server refused the customer’s address, or the mail itself.';
const GIVEN_UP = 'It was tried several times.';

/**
 * Mails an agent's reply to the customer as it reads now, unless it was mailed or deleted meanwhile. How it went is shown in the
 * ticket's thread. After a crash between the relay's answer and our writing it down it goes out twice, under one Message-ID.
 */
export const ticketMail = defineJob<'ticket.mail', TicketReplyContext>('ticket.mail', {
  queue: 'mail',
  run: async (context, { messageId }, { log, attempt }) => {
    const { database } = context;
    const waiting = await database.ticketMessage.findUnique({
      where: { id: messageId },
      select: {
        ticketId: true,
        text: true,
        mailStatus: true,
        ticket: { select: { organization: { select: { teamId: true } } } },
      },
    });
    if (!waiting || waiting.mailStatus === null || waiting.mailStatus === 'sent') return;
    const { ticketId, text, ticket: of } = waiting;
    await learnMentioned(context, { teamId: of.organization.teamId, text }).catch((error: unknown) => {
      // No mail waits for a name for ever.
      if (attempt < NAMES_ATTEMPTS) throw error;
      log.info({ messageId, err: error }, 'Who is mentioned in a reply could not be asked.');
    });
    const [ticket, [message], thread] = await Promise.all([
      readCustomerTicket(context, ticketId),
      readCustomerMessages(context, { ticketId, id: messageId }),
      readMailThread(context, { ticketId, before: messageId }),
    ]);
    if (!ticket || message?.author.kind !== 'agent') return;
    const { attached, leftOut } = fitFiles(message.attachments);
    const ids = attached.map(({ id }) => id);
    const files = ids.length === 0 ? [] : await readCustomerFiles(context, { ticketId, messageId, ids });
    const written = await ticketReplyMail({ ticket, message, leftOut, ...wayBack(context, ticketId) });
    try {
      await context.mailer.send({
        ...written,
        ...envelope(context, ticket),
        key: mailKey({ messageId }),
        references: thread.map(referenceOf),
        automatic: null,
        ...(files.length > 0 && { attachments: files }),
      });
    } catch (error) {
      if (!(error instanceof MailRefused)) throw error;
      log.info({ messageId, err: error }, 'The mail of a reply was refused.');
      return database.$transaction((transaction) =>
        recordTicketMailFailed(transaction, context, { messageId, reason: REFUSED }),
      );
    }
    await database.$transaction((transaction) =>
      recordTicketMailSent(transaction, context, messageId, message.revision),
    );
  },
  onParked: (transaction, context, { messageId }) =>
    recordTicketMailFailed(transaction, context, { messageId, reason: GIVEN_UP }),
});

/** Bytes of files in one mail: as base64 they are a third more, and many relays take 25 MB in all. */
const MAILED_BYTES = 15 * 1024 * 1024;

/** The files that fit into a mail, in their order, and those that are named in it alone. */
function fitFiles(files: readonly CustomerAttachment[]) {
  const attached: CustomerAttachment[] = [];
  const leftOut: CustomerAttachment[] = [];
  let room = MAILED_BYTES;
  for (const file of files) {
    const fits = file.size <= room;
    (fits ? attached : leftOut).push(file);
    if (fits) room -= file.size;
  }
  return { attached, leftOut };
}

/**
 * How a ticket's customer answers: whether by mail, and on which page. The token in its address is made here, for the mail alone:
 * no job carries it, and no log.
 */
export function wayBack(
  { replyAddresses, conversationTokens, publicUrl }: TicketMailContext,
  ticketId: string,
): { answerable: boolean; url: string } {
  return {
    answerable: replyAddresses !== undefined,
    url: publicUrl(conversationPath(conversationTokens.tokenOf(ticketId))),
  };
}

/** To whom a ticket's mails go, where answers to them go, and how readers sort them. */
export function envelope(
  { replyAddresses }: Pick<TicketMailContext, 'replyAddresses'>,
  { id, requester, organization }: CustomerTicket,
) {
  return {
    to: requester.email,
    ...(replyAddresses && {
      replyTo: replyAddresses.addressOf({ ticketId: id, customerId: requester.id }),
    }),
    list: { id: `${organization.id}.tickets`, name: organization.name },
  };
}

/** What the Message-ID of a ticket's mail is made of: the same for every try, and recognized when it comes back. */
export function mailKey(mail: Exclude<TicketMail, { mailId: string }>): string {
  return 'ticketId' in mail ? `ticket.${mail.ticketId}` : `message.${mail.messageId}`;
}

function referenceOf(mail: TicketMail): Reference {
  return 'mailId' in mail ? { messageId: mail.mailId } : { key: mailKey(mail) };
}
