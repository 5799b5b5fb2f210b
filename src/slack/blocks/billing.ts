import type { KnownBlock, ModalView } from '@slack/types';
import type { Reply } from '../listener.ts';
import { button, mrkdwn, plain } from './composition.ts';
import { escapeText } from './text.ts';

const EXPLANATION =
  'Stripe’s billing portal shows your invoices, changes the card, and cancels the subscription at the end of the month. The link works for a short while and is yours alone: do not pass it on. The number of seats is changed with `/org seats`.';

/** Leads to the portal, in an answer that only the Owner sees. */
export function portalReply(url: string): Reply {
  return { text: EXPLANATION, blocks: portalBlocks(url) };
}

export const preparingPortal: ModalView = portalView([
  { type: 'section', text: plain('Asking Stripe for the billing portal …') },
]);

/** The same in a modal. */
export function portalModal(url: string): ModalView {
  return portalView(portalBlocks(url));
}

/** Why there is no such page now. */
export function noPortalModal(sentence: string): ModalView {
  return portalView([{ type: 'section', text: mrkdwn(escapeText(sentence)) }]);
}

function portalBlocks(url: string): KnownBlock[] {
  const link = button('billing.portal', 'Open Stripe’s billing portal', {
    style: 'primary',
    label: 'Opens your invoices, card and subscription at Stripe',
  });
  return [
    { type: 'section', text: mrkdwn(EXPLANATION) },
    { type: 'actions', elements: [{ ...link, url }] },
  ];
}

function portalView(blocks: KnownBlock[]): ModalView {
  return { type: 'modal', title: plain('Billing'), close: plain('Done'), blocks };
}
