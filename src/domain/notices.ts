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
  /** Stripe's limits, or Stripe itself, make the change wait. */
  z.object({
    kind: z.literal('seats_waiting'),
    seats: z.int(),
    until: z.iso.datetime(),
    /** The same as seen when it was said, rounded up. */
    minutes: z.int(),
  }),
  z.object({ kind: z.literal('seats_delayed'), seats: z.int() }),
  z.object({ kind: z.literal('subscription_started'), seats: z.int() }),
  /** Its seats are there again, after it was unpaid or paused. */
  z.object({ kind: z.literal('subscription_back'), seats: z.int() }),
  z.object({ kind: z.literal('subscription_ended') }),
  /** Somebody canceled it at Stripe: it goes on until then. */
  z.object({ kind: z.literal('subscription_ending'), at: z.iso.datetime() }),
  /** The cancellation was taken back. */
  z.object({ kind: z.literal('subscription_kept') }),
  /** Stripe has tried to collect an invoice in vain; once for each attempt. */
  z.object({
    kind: z.literal('payment_overdue'),
    amount: z.int(),
    currency: z.string(),
    url: z.string().nullable(),
    attempt: z.int(),
    nextAttemptAt: z.iso.datetime().nullable(),
  }),
  z.object({ kind: z.literal('payment_settled') }),
  z.object({ kind: z.literal('payment_refunded'), amount: z.int(), currency: z.string() }),
  /** The bank of who paid has sent a refund back. */
  z.object({ kind: z.literal('refund_failed'), amount: z.int(), currency: z.string() }),
  z.object({ kind: z.literal('payment_disputed'), amount: z.int(), currency: z.string() }),
  /** The number was changed at Stripe, by nobody's wish here. */
  z.object({ kind: z.literal('seats_changed_at_stripe'), from: z.int(), to: z.int() }),
  z.object({ kind: z.literal('seats_over_used'), used: z.int(), purchased: z.int() }),
  /** It cannot be told at Stripe which part of the subscription the seats are: there are none until it can. */
  z.object({ kind: z.literal('seats_unclear') }),
  /** What a seat costs a month from now on. */
  z.object({ kind: z.literal('seat_price_changed'), price: z.int(), currency: z.string() }),
  /** Paid twice, as in two tabs: the second subscription was ended and its payment given back. */
  z.object({
    kind: z.literal('second_subscription_refunded'),
    seats: z.int(),
    amount: z.int(),
    currency: z.string(),
  }),
  /** There is a second subscription that nobody bought here; it is left alone. */
  z.object({ kind: z.literal('second_subscription_found'), seats: z.int() }),
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
  /** The data was handed over; at that moment everything is deleted. */
  z.object({ kind: z.literal('deletion_scheduled'), at: z.iso.datetime() }),
  z.object({ kind: z.literal('deletion_undone') }),
  /** Nothing was deleted, and why. */
  z.object({ kind: z.literal('deletion_failed'), reason: z.string() }),
  z.object({ kind: z.literal('deletion_done') }),
  /** Websites can take payments, and the money is paid out. */
  z.object({ kind: z.literal('account_active') }),
  /** Stripe has switched payments or payouts off; `reason` is its word for why. */
  z.object({ kind: z.literal('account_restricted'), reason: z.string().nullable() }),
  /** A customer did not get their money back; `reason` is a sentence, or Stripe's word. */
  z.object({
    kind: z.literal('customer_refund_failed'),
    paymentId: z.uuid(),
    amount: z.int(),
    currency: z.string(),
    reason: z.string().optional(),
  }),
  /** A customer's bank disputes what they paid. */
  z.object({
    kind: z.literal('customer_dispute'),
    paymentId: z.uuid(),
    amount: z.int(),
    currency: z.string(),
  }),
  z.object({ kind: z.literal('logo_refused'), reason: z.string() }),
  /** `reason` is Slack's word for it, like "is_archived". */
  z.object({ kind: z.literal('support_channel_renamed'), channelId: z.string() }),
  z.object({ kind: z.literal('support_channel_trouble'), channelId: z.string(), reason: z.string() }),
  z.object({ kind: z.literal('support_channel_shared'), channelId: z.string() }),
  z.object({ kind: z.literal('ticket_unconfirmed'), ticketId: z.uuid(), channelId: z.string() }),
  z.object({ kind: z.literal('ticket_assigned'), ticketId: z.uuid() }),
]);

export type Notice = z.infer<typeof noticeSchema>;
