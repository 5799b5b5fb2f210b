import { accountRead } from './account-read.ts';
import { channelJoin } from './channel-join.ts';
import { channelPost } from './channel-post.ts';
import { checkoutFollow } from './checkout-follow.ts';
import { customerUpdate } from './customer-update.ts';
import { deletionCarry } from './deletion-carry.ts';
import { deletionExport } from './deletion-export.ts';
import { deletionFinish } from './deletion-finish.ts';
import { deletionRelease } from './deletion-release.ts';
import { homePublish } from './home-publish.ts';
import { homeRefresh } from './home-refresh.ts';
import { invitationMail } from './invitation-mail.ts';
import { invitationMessage } from './invitation-message.ts';
import { invitationMessageUpdate } from './invitation-message-update.ts';
import { invitationsTellExpired } from './invitations-tell-expired.ts';
import { invoiceFinalize } from './invoice-finalize.ts';
import type { Registry } from './job.ts';
import { logoFetch } from './logo-fetch.ts';
import { mailReceived } from './mail-received.ts';
import { notice } from './notice.ts';
import { paymentAnnounce } from './payment-announce.ts';
import { paymentFollow } from './payment-follow.ts';
import { reconcilePage } from './reconcile.ts';
import { refundSend } from './refund-send.ts';
import { seatsCarry } from './seats-carry.ts';
import { slackEvent } from './slack-event.ts';
import { stripeEvent } from './stripe-event.ts';
import { subscriptionRead } from './subscription-read.ts';
import { subscriptionUnwind } from './subscription-unwind.ts';
import { threadWhisper } from './thread-whisper.ts';
import { ticketAcknowledge } from './ticket-acknowledge.ts';
import { ticketCard } from './ticket-card.ts';
import { ticketConfirm } from './ticket-confirm.ts';
import { ticketFiles } from './ticket-files.ts';
import { ticketMail } from './ticket-mail.ts';
import { ticketMark } from './ticket-mark.ts';
import { ticketPost } from './ticket-post.ts';
import { ticketUnpost } from './ticket-unpost.ts';
import { ticketsRelease } from './tickets-release.ts';

/** The one list: every topic and its job; a new job is one import and one line. A topic without one is a type error. */
export const registry: Registry = {
  'account.read': accountRead,
  'payment.follow': paymentFollow,
  'refund.send': refundSend,
  'billing.reconcile': reconcilePage(),
  'checkout.follow': checkoutFollow,
  'customer.update': customerUpdate,
  'deletion.carry': deletionCarry,
  'deletion.export': deletionExport,
  'deletion.finish': deletionFinish,
  'deletion.release': deletionRelease,
  'channel.join': channelJoin,
  'channel.post': channelPost,
  'home.publish': homePublish,
  'home.refresh': homeRefresh,
  'invitation.mail': invitationMail,
  'invitation.message': invitationMessage,
  'invitation.message-update': invitationMessageUpdate,
  'invitations.tell-expired': invitationsTellExpired,
  'invoice.finalize': invoiceFinalize,
  'logo.fetch': logoFetch,
  'mail.received': mailReceived,
  notice,
  'payment.announce': paymentAnnounce,
  'seats.carry': seatsCarry,
  'slack.event': slackEvent,
  'stripe.event': stripeEvent,
  'subscription.read': subscriptionRead,
  'thread.whisper': threadWhisper,
  'ticket.acknowledge': ticketAcknowledge,
  'ticket.card': ticketCard,
  'ticket.confirm': ticketConfirm,
  'ticket.files': ticketFiles,
  'ticket.mail': ticketMail,
  'ticket.mark': ticketMark,
  'ticket.post': ticketPost,
  'ticket.unpost': ticketUnpost,
  'tickets.release': ticketsRelease,
  'subscription.unwind': subscriptionUnwind,
};
