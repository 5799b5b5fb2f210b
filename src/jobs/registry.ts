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
import type { Registry } from './job.ts';
import { logoFetch } from './logo-fetch.ts';
import { notice } from './notice.ts';
import { reconcilePage } from './reconcile.ts';
import { seatsCarry } from './seats-carry.ts';
import { slackEvent } from './slack-event.ts';
import { stripeEvent } from './stripe-event.ts';
import { subscriptionRead } from './subscription-read.ts';
import { subscriptionUnwind } from './subscription-unwind.ts';

/** The one list: every topic and its job; a new job is one import and one line. A topic without one is a type error. */
export const registry: Registry = {
  'billing.reconcile': reconcilePage(),
  'checkout.follow': checkoutFollow,
  'customer.update': customerUpdate,
  'deletion.carry': deletionCarry,
  'deletion.export': deletionExport,
  'deletion.finish': deletionFinish,
  'deletion.release': deletionRelease,
  'home.publish': homePublish,
  'home.refresh': homeRefresh,
  'invitation.mail': invitationMail,
  'invitation.message': invitationMessage,
  'invitation.message-update': invitationMessageUpdate,
  'invitations.tell-expired': invitationsTellExpired,
  'logo.fetch': logoFetch,
  notice,
  'seats.carry': seatsCarry,
  'slack.event': slackEvent,
  'stripe.event': stripeEvent,
  'subscription.read': subscriptionRead,
  'subscription.unwind': subscriptionUnwind,
};
