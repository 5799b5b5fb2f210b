import { z } from 'zod';
import { noticeSchema } from './notices.ts';

/**
 * What the business wants done outside, by topic: the outbox row's payload. `jobs/registry.ts` has one handler for each.
 * Payloads carry ids and sealed secrets, never a person's words.
 */
export const effects = {
  /** Mails the link of an invite. `token` is sealed for the invite's id. */
  'invitation.mail': z.object({ invitationId: z.uuid(), token: z.string() }),
  /** Offers Accept and Decline in a direct message, where the address belongs to somebody of the workspace. */
  'invitation.message': z.object({ invitationId: z.uuid() }),
  /** Brings that direct message to the invite's present state: no buttons on what is settled. */
  'invitation.message-update': z.object({ invitationId: z.uuid() }),
  /** Tells an inviter, once, of all of theirs that ran out. `claim` is added when it first runs: what it tells. */
  'invitations.tell-expired': z.object({
    memberId: z.uuid(),
    claim: z.object({ total: z.int(), ids: z.array(z.uuid()) }).optional(),
  }),
  /** Carries a seat change to Stripe. */
  'seats.carry': z.object({ seatChangeId: z.uuid() }),
  /** Reads the organization's subscription at Stripe and sets what it says. */
  'subscription.read': z.object({ organizationId: z.uuid(), subscriptionId: z.string() }),
  /** Makes the draft final on which an unpaid subscription waits, so that it can be paid. */
  'invoice.finalize': z.object({
    organizationId: z.uuid(),
    subscriptionId: z.string(),
    invoiceId: z.string(),
  }),
  /** Compares the next page of a reconciliation with Stripe. */
  'billing.reconcile': z.object({ reconciliationId: z.uuid() }),
  /** Stops the billing of an organization that is to be deleted. */
  'deletion.carry': z.object({ deletionId: z.uuid() }),
  /** Hands the data of an organization that is to be deleted over to its Owner. */
  'deletion.export': z.object({ deletionId: z.uuid() }),
  /** Cancels the subscription for good and deletes the organization. */
  'deletion.finish': z.object({ deletionId: z.uuid() }),
  /** Lets the subscription go on that a deletion had set to end. */
  'deletion.release': z.object({ deletionId: z.uuid() }),
  /** Looks at a Checkout page: whether it was paid, has run out, or is to be looked at again. */
  'checkout.follow': z.object({ sessionId: z.string() }),
  /** Ends and gives back a second subscription that was bought in Checkout; reports any other. */
  'subscription.unwind': z.object({ organizationId: z.uuid(), subscriptionId: z.string() }),
  /** Gives the customer at Stripe the organization's present name and its Owner's address. */
  'customer.update': z.object({ organizationId: z.uuid() }),
  /** Reads an organization's account at Stripe and sets what it says. */
  'account.read': z.object({ accountId: z.string() }),
  /** Looks at a payment at Stripe: opens its page where there is none yet, and sets what became of it. */
  'payment.follow': z.object({ paymentId: z.uuid() }),
  /** Carries a refund to Stripe. */
  'refund.send': z.object({ refundId: z.uuid() }),
  /** Handles a Stripe event that was stored on arrival. */
  'stripe.event': z.object({ key: z.string() }),
  /** Handles a Slack event that was stored on arrival. */
  'slack.event': z.object({ key: z.string() }),
  /** A direct message from the app. */
  notice: z.object({ teamId: z.string(), userId: z.string(), notice: noticeSchema }),
  /** Publishes the App Home again for everyone of the workspace who has it. */
  'home.refresh': z.object({ teamId: z.string() }),
  /** Publishes one person's App Home. */
  'home.publish': z.object({ teamId: z.string(), userId: z.string() }),
  /** Runs a schedule of jobs/schedules.ts, and writes the row of its next run. */
  schedule: z.object({ name: z.string() }),
  /** Mails an agent's reply to the customer. */
  'ticket.mail': z.object({ messageId: z.uuid() }),
  /** Tells a customer by mail that their ticket stands, and under which number; a `wordless` one with nothing that was typed. */
  'ticket.acknowledge': z.object({ ticketId: z.uuid(), wordless: z.boolean().optional() }),
  /** Handles a mail that was stored on arrival. */
  'mail.received': z.object({ key: z.string() }),
  /** Fetches an uploaded logo from Slack, checks it and sets it, unless a later wish was met meanwhile. */
  'logo.fetch': z.object({
    organizationId: z.uuid(),
    teamId: z.string(),
    userId: z.string(),
    fileId: z.string(),
    requestedAt: z.iso.datetime(),
  }),
  /** Posts a ticket into the support channel. */
  'ticket.post': z.object({ ticketId: z.uuid() }),
  /** Brings a ticket's message in the channel to its present state. Under the key of ticketCard(). */
  'ticket.card': z.object({ ticketId: z.uuid() }),
  /**
   * Deletes the message of a ticket that was deleted. Where `ts` is null a worker died while it posted it, after `since`: then it
   * is looked for.
   */
  'ticket.unpost': z.object({
    teamId: z.string(),
    channelId: z.string(),
    ticketId: z.uuid(),
    ts: z.string().nullable(),
    since: z.iso.datetime().optional(),
  }),
  /** Posts what waits for a channel, one thing a second; under the key of postInChannel(). */
  'channel.post': z.object({ organizationId: z.uuid(), channelId: z.string() }),
  /** Has what waits in an organization posted: its channel, or its seats, are there again. */
  'tickets.release': z.object({ organizationId: z.uuid() }),
  /** Tells the support channel of a payment, or of what was refunded of it. Under the key of paymentAnnounce(). */
  'payment.announce': z.object({ paymentId: z.uuid() }),
  /** Shows at an agent's words in the thread what became of their e-mail. */
  'ticket.mark': z.object({ messageId: z.uuid() }),
  /** Fetches the files of an agent's words from Slack, and then has them mailed. */
  'ticket.files': z.object({ messageId: z.uuid(), fileIds: z.array(z.string()) }),
  /** Tells one person something in a thread, which nobody else sees. The words are ours. */
  'thread.whisper': z.object({
    teamId: z.string(),
    channelId: z.string(),
    threadTs: z.string(),
    userId: z.string(),
    text: z.string(),
  }),
  /** Has the app join the chosen support channel, where it may, and says how that went. */
  'channel.join': z.object({
    organizationId: z.uuid(),
    teamId: z.string(),
    channelId: z.string(),
    userId: z.string(),
  }),
  /** Says in a message's thread that a ticket was taken from it. */
  'ticket.confirm': z.object({
    ticketId: z.uuid(),
    userId: z.string(),
    channelId: z.string(),
    /** The message, and the first one of the thread that it is in. */
    ts: z.string(),
    threadTs: z.string(),
  }),
} as const;

export type Topic = keyof typeof effects;
export type Payload<T extends Topic> = z.infer<(typeof effects)[T]>;

export interface EffectOptions {
  /** Rows with the same key that still wait are one row. */
  key?: string;
  /** Not before this moment; at once by default. */
  availableAt?: Date;
}

/** One thing to be done outside, ready for the outbox. */
export interface Effect {
  topic: Topic;
  payload: unknown;
  key?: string;
  availableAt?: Date;
}

export function effect<T extends Topic>(topic: T, payload: Payload<T>, options: EffectOptions = {}): Effect {
  return { topic, payload, ...options };
}

/** The customer at Stripe follows a new name or Owner; several quick ones are one. Nothing where nobody is billed. */
export function customerUpdates(organizationId: string, customerId: string | null): Effect[] {
  if (customerId === null) return [];
  return [effect('customer.update', { organizationId }, { key: `customer:${organizationId}` })];
}

/** The App Home of everyone in the workspace shows a change; several quick ones are one. */
export function homeRefresh(teamId: string): Effect {
  return effect('home.refresh', { teamId }, { key: `home:${teamId}` });
}

/** As long as a ticket's message waits for further changes, in milliseconds. */
const CARD_DELAY = 1_000;

/** A ticket's message in the channel shows a change; several quick ones are one. */
export function ticketCard(context: { now(): Date }, ticketId: string): Effect {
  const availableAt = new Date(context.now().getTime() + CARD_DELAY);
  return effect('ticket.card', { ticketId }, { key: `card:${ticketId}`, availableAt });
}

/** The support channel is told how a payment stands now: that it was paid, or what was refunded of it since. */
export function paymentAnnounce(paymentId: string): Effect {
  return effect('payment.announce', { paymentId }, { key: `payment:${paymentId}` });
}

/** What waits in an organization is posted, as far as it can be now. */
export function ticketsRelease(organizationId: string): Effect {
  return effect('tickets.release', { organizationId }, { key: `release:${organizationId}` });
}
