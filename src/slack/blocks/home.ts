import type { HomeView, KnownBlock } from '@slack/types';
import { Refusal } from '../../domain/errors.ts';
import { mayCreate } from '../../domain/organizations/create-organization.ts';
import type { Home } from '../../domain/tickets/read-home.ts';
import { button, mrkdwn, plain } from './composition.ts';
import { homeTickets } from './home-tickets.ts';
import { type OverviewSurroundings as HomeSurroundings, overviewBlocks } from './overview.ts';
import { escapeText } from './text.ts';

/** The App Home: the tickets that wait and the overview for a member; for everybody else what Orgdesk is, and what to do. */
export function homeView(shown: Home | Refusal, around: HomeSurroundings): HomeView {
  if (!(shown instanceof Refusal)) {
    const tickets = homeTickets(shown, around.actor.teamId);
    return { type: 'home', blocks: [...tickets, ...overviewBlocks(shown, around)] };
  }
  const heading: KnownBlock = { type: 'header', text: plain('Orgdesk') };
  return { type: 'home', blocks: [heading, ...visitorBlocks(shown, around)] };
}

/** The refusal's sentence and, where there is no organization yet, what one is and a button that creates it. */
export function visitorBlocks(refusal: Refusal, { actor }: Pick<HomeSurroundings, 'actor'>): KnownBlock[] {
  const sentence: KnownBlock = { type: 'section', text: mrkdwn(escapeText(refusal.message)) };
  if (refusal.code !== 'no_organization') return [sentence];
  return [
    sentence,
    { type: 'section', text: mrkdwn(introduction) },
    ...(mayCreate(actor) ? [createButton] : []),
  ];
}

const introduction = [
  'Your organization is your support team in Slack:',
  '• it buys agent seats, £5.99 each a month, and invites people to them',
  '• its agents answer customers in threads, under ticket numbers of your own, like SUP-001',
  '• your websites submit tickets to it, those that you authorize and no others',
  'Whoever creates it is its Owner.',
].join('\n');

const createButton: KnownBlock = {
  type: 'actions',
  elements: [button('create.open', 'Create organization', { style: 'primary' })],
};
