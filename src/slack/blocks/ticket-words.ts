import type { TicketPriority, TicketStatus } from '../../domain/tickets/ticket.ts';

/** Priorities and statuses as people read them. */
export const priorityNames: Record<TicketPriority, string> = {
  low: 'Low',
  normal: 'Normal',
  high: 'High',
  urgent: 'Urgent',
};

export const statusNames: Record<TicketStatus, string> = {
  open: 'Open',
  pending: 'Pending',
  resolved: 'Resolved',
  closed: 'Closed',
};
