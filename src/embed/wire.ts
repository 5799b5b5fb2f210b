import type { Markup } from '../domain/tickets/markup/markup.ts';

/** What goes over the wire, as /plugin/v1/openapi.json describes it. */

export type Status = 'open' | 'pending' | 'resolved' | 'closed';
export type Purpose = 'tickets' | 'payments';

export interface Ticket {
  id: string;
  /** Like "TKT-041". */
  number: string;
  title: string;
  status: Status;
  /** The number of the ticket in which a conversation goes on. */
  mergedInto?: string;
  organization: { name: string };
}

/** A ticket with what opens it. */
export interface TicketAccess {
  ticket: Ticket;
  token: string;
  /** The conversation page. */
  url: string;
}

export interface Message {
  id: string;
  author: { kind: 'agent' | 'customer'; name: string };
  content: Markup;
  sentAt: string;
  editedAt: string | null;
  attachments: { id: string; name: string; contentType: string; size: number }[];
  revision: number;
}

export interface Conversation {
  ticket: Ticket & { requester: { name: string } };
  messages: Message[];
  /** What the messages ahead are asked for with; null where there are none. */
  earlier: string | null;
  revision: number;
}

export interface PostedFile {
  name: string;
  /** Base64. */
  content: string;
}

export interface TicketForm {
  title: string;
  description: string;
  requester: { name?: string; email: string };
  attachments?: PostedFile[];
  /** Nobody sees this field; what fills it in is no person. */
  website?: string;
}

export interface Answer {
  text: string;
  attachments?: PostedFile[];
}

export interface Answered extends TicketAccess {
  message: Message | null;
  /** The asked ticket is closed, and the one given here goes on. */
  continued: boolean;
}

export interface Product {
  id: string;
  name: string;
  /** In the currency's smallest unit. */
  unitAmount: number;
  currency: string;
}

export interface PaymentForm {
  product: string;
  quantity: number;
  email: string;
  reference?: string;
  successUrl: string;
  cancelUrl: string;
}

/** A payment that was begun. */
export interface Begun {
  payment: Payment;
  /** The page to pay on; null where it cannot be paid any more. */
  url: string | null;
}

export interface Payment {
  id: string;
  status: 'pending' | 'paid' | 'failed' | 'refunded' | 'partially_refunded';
  amount: number;
  currency: string;
}
