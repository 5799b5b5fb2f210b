import { z } from 'zod';

/** What the app tells a person in a direct message. The words are slack/blocks/notices.ts's. */
export const noticeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('welcome') }),
  z.object({ kind: z.literal('seats_applied'), seats: z.int(), amountPence: z.int().nullable() }),
  z.object({
    kind: z.literal('seats_awaiting_payment'),
    seats: z.int(),
    amountPence: z.int().nullable(),
    paymentUrl: z.string().nullable(),
    /** Why the payment did not go through, as a sentence; absent where Stripe does not say. */
    reason: z.string().optional(),
  }),
  z.object({
    kind: z.literal('seats_refused'),
    seats: z.int(),
    reason: z.string(),
    paymentUrl: z.string().nullable(),
  }),
  z.object({ kind: z.literal('subscription_started'), seats: z.int() }),
  z.object({ kind: z.literal('subscription_ended') }),
  z.object({
    kind: z.literal('subscription_resting'),
    /** Stripe's word for it, like "unpaid"; null where this version does not know it. */
    status: z.string().nullable(),
    paymentUrl: z.string().nullable(),
  }),
  z.object({ kind: z.literal('invitation_accepted'), invitationId: z.uuid() }),
  z.object({ kind: z.literal('invitation_declined'), invitationId: z.uuid() }),
  z.object({ kind: z.literal('invitation_without_seat'), invitationId: z.uuid() }),
  z.object({ kind: z.literal('invitation_mail_failed'), invitationId: z.uuid() }),
  z.object({ kind: z.literal('role_changed'), role: z.enum(['admin', 'agent']) }),
  z.object({ kind: z.literal('removed') }),
  z.object({ kind: z.literal('ownership_received') }),
  z.object({ kind: z.literal('owner_deactivated') }),
  z.object({ kind: z.literal('logo_refused'), reason: z.string() }),
  z.object({ kind: z.literal('ticket_assigned'), ticketId: z.uuid() }),
]);

export type Notice = z.infer<typeof noticeSchema>;
