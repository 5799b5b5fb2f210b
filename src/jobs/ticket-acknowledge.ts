import { MailRefused } from '../clients/mail/mailer.ts';
import { acknowledgementMail } from '../clients/mail/ticket-mail.ts';
import { readCustomerMessages, readCustomerTicket } from '../domain/tickets/customer-view.ts';
import { defineJob } from './job.ts';
import { envelope, mailKey, type TicketMailContext, wayBack } from './ticket-mail.ts';

/**
 * Tells a customer the number of their ticket, by a mail that can be answered. Who opened a ticket for themselves in Slack gets
 * none: they see it there. An address that is refused is seen with the first reply.
 */
export const ticketAcknowledge = defineJob<'ticket.acknowledge', TicketMailContext>('ticket.acknowledge', {
  queue: 'mail',
  run: async (context, { ticketId, wordless = false }, { log }) => {
    const opened = await context.database.ticket.findUnique({
      where: { id: ticketId },
      select: { openedBy: { select: { email: true } } },
    });
    const ticket = await readCustomerTicket(context, ticketId);
    if (!opened || !ticket) return;
    const { openedBy } = opened;
    if (openedBy?.email === ticket.requester.email) return;
    const [first] = openedBy ? await readCustomerMessages(context, { ticketId, limit: 1 }) : [];
    const mail = await acknowledgementMail({
      ticket,
      message: first ?? null,
      wordless,
      ...wayBack(context, ticketId),
    });
    try {
      await context.mailer.send({
        ...mail,
        ...envelope(context, ticket),
        key: mailKey({ ticketId }),
        automatic: openedBy ? 'auto-generated' : 'auto-replied',
      });
    } catch (error) {
      if (!(error instanceof MailRefused)) throw error;
      log.info({ ticketId, err: error }, 'The mail that acknowledges a ticket was refused.');
    }
  },
});
