import type { KnownBlock, ModalView } from '@slack/types';
import type { Actor } from '../../domain/actor.ts';
import { type ListedDomain, MOST_DOMAINS } from '../../domain/domains/list-domains.ts';
import { displayHost } from '../../domain/domains/website.ts';
import { mayNow } from '../../domain/permissions.ts';
import { button, mrkdwn, plain } from './composition.ts';
import { pagingBlocks } from './paging.ts';
import { escapeText, truncate } from './text.ts';
import { count } from './words.ts';

/** Domains on one page of the modal. */
const PAGE = 10;

/** What the modal remembers of itself. */
export interface DomainsPlace {
  /** From 0; beyond the end it is the last one. */
  page: number;
  /** How many domains were added in this modal: a new input for each, since Slack keeps what was typed in an old one. */
  added: number;
}

/** The list, and the input under which it grows. `done` says what was just changed. */
export function domainsModal(
  domains: readonly ListedDomain[],
  actor: Actor,
  { done, ...place }: DomainsPlace & { done?: string },
): ModalView {
  const pages = Math.max(1, Math.ceil(domains.length / PAGE));
  const page = Math.min(place.page, pages - 1);
  const manage = actor.kind === 'member' && mayNow(actor, 'settings.manage');
  const full = domains.length >= MOST_DOMAINS;
  return {
    type: 'modal',
    callback_id: 'domains.add',
    private_metadata: JSON.stringify({ page, added: place.added }),
    title: plain('Authorized domains'),
    close: plain('Close'),
    ...(manage && !full && { submit: plain('Add') }),
    blocks: [
      ...(done === undefined ? [] : [{ type: 'section', text: mrkdwn(done) } as const]),
      { type: 'section', text: plain(introduction) },
      ...(manage && !full ? [websiteInput(place.added)] : []),
      { type: 'divider' },
      { type: 'context', elements: [plain(countText(domains.length))] },
      ...domains
        .slice(page * PAGE, (page + 1) * PAGE)
        .flatMap((domain) => (manage ? [row(domain), controls(domain)] : [row(domain)])),
      ...pagingBlocks('domains', { page, pages }),
    ],
  };
}

/** The page on which a domain stands; the first one where it is not on the list. */
export function pageOf(domains: readonly ListedDomain[], id: string): number {
  return Math.max(0, Math.floor(domains.findIndex((domain) => domain.id === id) / PAGE));
}

export function domainAddedText(host: string): string {
  return `${hostText(host)} is authorized now, with and without www. Its other subdomains are not, until you switch them on.`;
}

export function domainRemovedText(host: string): string {
  return `${hostText(host)} is off the list.`;
}

export function subdomainsText({ host, includeSubdomains }: Omit<ListedDomain, 'id'>): string {
  return `The subdomains of ${hostText(host)} are ${includeSubdomains ? 'authorized now' : 'no longer authorized'}.`;
}

const introduction =
  'Only websites on this list may submit tickets and take payments. An entry covers the domain and its www; other subdomains need the switch.';

function websiteInput(added: number): KnownBlock {
  return {
    type: 'input',
    block_id: 'website',
    label: plain('Add a website'),
    hint: plain('Its domain, like example.com, or an address copied from the browser.'),
    element: {
      type: 'plain_text_input',
      action_id: `website-${added}`,
      placeholder: plain('example.com'),
      max_length: 1_000,
    },
  };
}

function countText(total: number): string {
  if (total === 0) return 'No website is authorized yet.';
  const full = total >= MOST_DOMAINS ? ': the list is full. Remove one to add another' : '';
  return `${count(total, 'authorized domain')}${full}.`;
}

function row({ host, includeSubdomains }: ListedDomain): KnownBlock {
  const covers = includeSubdomains ? 'with all its subdomains' : 'without other subdomains';
  return { type: 'section', text: mrkdwn(`${hostText(host)}\n${covers}`) };
}

function controls({ id, host, includeSubdomains }: ListedDomain): KnownBlock {
  const shown = truncate(displayHost(host), 40);
  return {
    type: 'actions',
    elements: [
      button('domains.subdomains', includeSubdomains ? 'Leave subdomains out' : 'Include subdomains', {
        label: `${includeSubdomains ? 'Leave out' : 'Include'} the subdomains of ${shown}`,
        value: `${includeSubdomains ? 'off' : 'on'}:${id}`,
      }),
      {
        ...button('domains.remove', 'Remove', { label: `Remove ${shown}`, value: id, style: 'danger' }),
        confirm: {
          title: plain('Remove this domain?'),
          text: plain(`${truncate(displayHost(host), 150)} can then submit no tickets and take no payments.`),
          confirm: plain('Remove'),
          deny: plain('Keep'),
          style: 'danger',
        },
      },
    ],
  };
}

/** In its own script with the ASCII beside it, so that look-alikes can be told apart. */
function hostText(host: string): string {
  return `*${escapeText(truncate(displayHost(host), 520))}*`;
}
