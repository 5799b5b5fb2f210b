import { z } from '@hono/zod-openapi';
import type { CustomerMessage, CustomerTicket } from '../../domain/tickets/customer-view.ts';
import type { Markup } from '../../domain/tickets/markup/markup.ts';
import { toText } from '../../domain/tickets/markup/to-text.ts';
import { ticketSchema } from './schemas.ts';

/** How a conversation stands on the wire, read and streamed alike. */

const inline = {
  type: 'object' as const,
  required: ['kind'],
  properties: { kind: { type: 'string' as const } },
};

const markupSchema = z
  .custom<Markup>((value) => Array.isArray(value))
  .openapi({
    type: 'array',
    description:
      'Blocks: `{kind: "paragraph" | "quote", children}`, `{kind: "code", text}`, `{kind: "list", items: [{marker, depth, children}]}`. Children: `{kind: "text" | "code", text}`, `{kind: "strong" | "emphasis" | "deleted", children}`, `{kind: "link", url, label}`, `{kind: "break"}`. A url has the scheme https, http, mailto or tel.',
    items: inline,
  });

const calledSchema = z
  .string()
  .openapi({ description: 'Empty for a requester who was given no name with this ticket.' });

export const messageSchema = z
  .object({
    id: z.uuid(),
    author: z.object({ kind: z.enum(['agent', 'customer']), name: calledSchema }),
    content: markupSchema,
    text: z.string().openapi({ description: 'The same words as plain text.' }),
    sentAt: z.iso.datetime(),
    editedAt: z.iso.datetime().nullable(),
    attachments: z.array(
      z.object({
        id: z.uuid(),
        name: z.string(),
        contentType: z.string(),
        size: z.int().openapi({ description: 'In bytes.' }),
      }),
    ),
    revision: z.int().openapi({ description: 'The revision of the conversation that its last change made.' }),
  })
  .openapi('Message');

export const conversationTicketSchema = ticketSchema
  .extend({
    requester: z.object({ name: calledSchema }),
    mergedInto: z.string().optional().openapi({
      description:
        'The number of the ticket that goes on in the place of this one: what is answered here is recorded there. This token does not open it.',
      example: 'TKT-012',
    }),
  })
  .openapi('ConversationTicket');

export type WireMessage = z.infer<typeof messageSchema>;

export function wireMessage({ words, sentAt, editedAt, ...message }: CustomerMessage): WireMessage {
  const { id, author, attachments, revision } = message;
  return {
    id,
    author,
    content: words,
    text: toText(words),
    sentAt: sentAt.toISOString(),
    editedAt: editedAt?.toISOString() ?? null,
    attachments,
    revision,
  };
}

/** Nothing of the customer but the name stands in what a token opens: whoever finds a link has no address. */
export function wireTicket(ticket: CustomerTicket) {
  const { id, number, title, status, organization, requester, mergedInto } = ticket;
  return {
    id,
    number,
    title,
    status,
    organization: { name: organization.name },
    requester: { name: requester.name },
    ...(mergedInto !== null && { mergedInto }),
  };
}
