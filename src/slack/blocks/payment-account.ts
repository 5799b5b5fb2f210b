import type { Button, KnownBlock, ModalView } from '@slack/types';
import type { PaymentAccountShown } from '../../domain/payments/account/read-account.ts';
import { button, mrkdwn, plain } from './composition.ts';
import { escapeText } from './text.ts';

/** How the organization's account at Stripe stands; the Owner, `mayManage`, has the ways to it. */
export function accountBlocks(account: PaymentAccountShown, mayManage: boolean): KnownBlock[] {
  const buttons = mayManage ? accountButtons(account) : [];
  return [
    { type: 'section', text: mrkdwn(`*Stripe account* · ${accountText(account, mayManage)}`) },
    ...(buttons.length === 0 ? [] : [{ type: 'actions', block_id: 'account', elements: buttons } as const]),
  ];
}

function accountText(account: PaymentAccountShown, mayManage: boolean): string {
  if (account.status === 'not_connected') {
    return `Not connected\nYour websites can take no payments yet. ${
      mayManage
        ? 'Connect a Stripe account, and the money goes there.'
        : 'The Owner can connect a Stripe account here.'
    }`;
  }
  if (account.status === 'active') {
    return 'Active\nYour websites can take payments, and Stripe pays them out to you.';
  }
  return `Pending\n${pendingText(account)}`;
}

/** What Stripe still wants, or why it has switched something off. */
function pendingText(account: PaymentAccountShown): string {
  const { detailsSubmitted, chargesEnabled, payoutsEnabled, disabledReason } = account;
  const wanted =
    !detailsSubmitted && disabledReason !== 'disconnected'
      ? 'Stripe needs the details of your organization: who you are, and where the money is to be paid out. Its form goes on where it was left.'
      : disabledText(disabledReason);
  const able = chargesEnabled
    ? 'Payments can be taken, but nothing is paid out yet.'
    : payoutsEnabled
      ? 'What was paid is paid out, but no payments can be taken now.'
      : 'No payments can be taken yet.';
  return `${wanted} ${able}`;
}

/** By Stripe's words for it (docs.stripe.com/api/accounts/object#account_object-requirements-disabled_reason). */
const reasons: Record<string, string> = {
  'requirements.past_due':
    'Stripe needs more details, and the time for them has run out. Add them in its form.',
  'requirements.pending_verification': 'Stripe is checking what you entered. You need not do anything.',
  under_review: 'Stripe is reviewing the account. You need not do anything.',
  listed: 'Stripe is checking whether you may be on a list of persons or companies it must not serve.',
  'action_required.requested_capabilities': 'Stripe needs more details before payments can be taken.',
  disconnected: 'The account was disconnected at Stripe. Connect one again.',
  platform_paused: 'Whoever runs Orgdesk has paused the account.',
};

/** What Stripe has against the account, as sentences. */
export function disabledText(reason: string | null): string {
  if (reason === null)
    return 'Stripe is checking what you entered, or needs more of you; its form says which.';
  const known = Object.hasOwn(reasons, reason) ? reasons[reason] : undefined;
  if (known !== undefined) return known;
  if (reason.startsWith('rejected.')) {
    return 'Stripe has rejected the account, and takes no payments for it. Its dashboard says more; so does Stripe’s support.';
  }
  return `Stripe says \`${escapeText(reason.slice(0, 100).replaceAll('`', ''))}\`. Its form says what to do.`;
}

function accountButtons(account: PaymentAccountShown): Button[] {
  const connect = (text: string) =>
    button('payments.connect', text, { style: 'primary', label: `${text}: asks Stripe for its form` });
  if (account.status === 'not_connected') return [connect('Connect Stripe')];
  const dashboard = button('payments.dashboard', 'Open Stripe dashboard', {
    label: 'Asks Stripe for the way to your payouts and details',
  });
  return [
    ...(account.status === 'pending' ? [connect('Continue at Stripe')] : []),
    ...(account.detailsSubmitted ? [dashboard] : []),
  ];
}

/** Where a link of Stripe's leads: its form for a new account, or its dashboard. */
export type AccountPage = 'onboarding' | 'dashboard';

const pages: Record<AccountPage, { text: string; explanation: string }> = {
  onboarding: {
    text: 'Go to Stripe',
    explanation:
      'Stripe asks there for what it needs, and leads back when it is done. The link works once and for a few minutes, and is yours alone: do not pass it on. How the account stands is seen with `/org payments`.',
  },
  dashboard: {
    text: 'Open Stripe dashboard',
    explanation:
      'The dashboard shows payouts and your details at Stripe. The link works once, and is yours alone: do not pass it on.',
  },
};

export const askingStripe: ModalView = accountView([
  { type: 'section', text: plain('Asking Stripe for the link …') },
]);

export function accountLinkModal(page: AccountPage, url: string): ModalView {
  const { text, explanation } = pages[page];
  const link = button('payments.stripe', text, { style: 'primary', label: `${text}: opens it in a browser` });
  return accountView([
    { type: 'section', text: mrkdwn(explanation) },
    { type: 'actions', elements: [{ ...link, url }] },
  ]);
}

/** Why there is no such link now. */
export function noAccountLinkModal(sentence: string): ModalView {
  return accountView([{ type: 'section', text: mrkdwn(escapeText(sentence)) }]);
}

function accountView(blocks: KnownBlock[]): ModalView {
  return { type: 'modal', title: plain('Stripe account'), close: plain('Done'), blocks };
}
