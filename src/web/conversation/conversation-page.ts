import { html } from 'hono/html';
import type { Conversation } from '../../domain/tickets/conversation/read-conversation.ts';
import type { CustomerMessage } from '../../domain/tickets/customer-view.ts';
import { toHtml } from '../../domain/tickets/markup/to-html.ts';
import { MOST_FILES } from '../../domain/tickets/posted-files.ts';
import type { TicketStatus } from '../../domain/tickets/ticket.ts';
import { type Html, page } from '../page.ts';
import { scriptPath } from '../plugin/script.ts';
import { conversationStylesheetPath } from './stylesheet.ts';

export interface ConversationPageParts {
  conversation: Conversation;
  /** `/t/<token>` */
  path: string;
  /** Makes what is sent twice from one page one answer. */
  once: string;
  /** What was sent and not taken. */
  refused?: { text: string; message: string; field: 'text' | 'files' | null };
  /** The answer before went on in this ticket, since its own was closed. */
  continued?: boolean;
  /** The answer before went to the ticket that this one was merged into. */
  added?: boolean;
}

const statusNames: Record<TicketStatus, string> = {
  open: 'Open',
  pending: 'Waiting for you',
  resolved: 'Resolved',
  closed: 'Closed',
};

const inUtc = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });

/**
 * What the link of a mail shows: what was said, and the form to answer. It works as it stands; where scripts run, the one that
 * websites embed puts the live conversation in its place.
 */
export function conversationPage(parts: ConversationPageParts): Html {
  const { conversation, path, continued = false, added = false } = parts;
  const { ticket, messages, earlier } = conversation;
  return page(
    ticket.organization.name,
    html`<section class="conversation" aria-label="Conversation">
        <header class="about">
          <div><span class="number">${ticket.number}</span><strong class="title" dir="auto">${ticket.title}</strong></div>
          <span class="status ${ticket.status}">${statusNames[ticket.status]}</span>
        </header>
        ${earlier === null ? '' : html`<p class="earlier-link"><a href="${path}?before=${earlier}">Earlier messages</a></p>`}
        <div class="messages">
          ${messages.map((message) => messageArticle(message, path, ticket.requester.name))}
        </div>
        ${continued ? html`<p class="notice" role="status">The request before is closed. It goes on in ${ticket.number}.</p>` : ''}
        ${ticket.mergedInto === null ? '' : html`<p class="notice" role="status">${added ? 'Your answer was added. ' : ''}${goesOn(ticket.mergedInto)}</p>`}
        ${answerForm(parts)}
      </section>
      <p class="quiet">Whoever has the address of this page can read and answer: keep it to yourself.</p>`,
    {
      head: html`<link rel="stylesheet" href="${conversationStylesheetPath}">
    <script src="${scriptPath}" data-conversation="${ticket.id}" defer></script>`,
    },
  );
}

/** It opens nothing: the way to the other ticket is in that ticket's own mails. */
function goesOn(number: string): string {
  return `This request goes on in ${number}. We answer by e-mail.`;
}

function messageArticle(
  { id, author, words, sentAt, editedAt, attachments }: CustomerMessage,
  path: string,
  requester: string,
): Html {
  const isRequester = author.kind === 'customer' && author.name === requester;
  return html`<article class="message ${author.kind}" id="message-${id}">
            <p class="meta"><strong dir="auto">${isRequester ? 'You' : author.name}</strong> <time datetime="${sentAt.toISOString()}">${inUtc.format(sentAt)} UTC</time>${editedAt === null ? '' : ' · edited'}</p>
            <div class="words" dir="auto">${toHtml(words)}</div>
            ${
              attachments.length === 0
                ? ''
                : html`<ul class="files">${attachments.map(
                    (file) =>
                      html`<li><a href="${path}/attachments/${file.id}"><span dir="auto">${file.name}</span> <span class="quiet">${sizeOf(file.size)}</span></a></li>`,
                  )}</ul>`
            }
          </article>`;
}

function answerForm({ path, once, refused }: ConversationPageParts): Html {
  const wrong = (field: 'text' | 'files') => (refused?.field === field ? refused.message : null);
  const place = (field: 'text' | 'files') =>
    wrong(field) === null ? '' : html`<p class="error" id="${field}-error">${wrong(field)}</p>`;
  const tie = (field: 'text' | 'files') =>
    wrong(field) === null ? '' : html` aria-invalid="true" aria-describedby="${field}-error" autofocus`;
  return html`<form class="answer" id="answer" method="post" action="${path}" enctype="multipart/form-data">
          ${refused && refused.field === null ? html`<div class="banner" role="alert"><p>${refused.message}</p></div>` : ''}
          <input type="hidden" name="once" value="${once}">
          <div class="field">
            <label for="text">Your answer</label>
            <textarea id="text" name="text" rows="5" dir="auto"${tie('text')}>${refused?.text ?? ''}</textarea>
            ${place('text')}
          </div>
          <div class="field">
            <label for="files">Files <span class="quiet">(optional)</span></label>
            <input id="files" name="files" type="file" multiple${tie('files')}>
            ${place('files')}
            <p class="hint-shown quiet">Images, PDF, Word, Excel or ZIP; up to ${MOST_FILES} files, 10 MB each.${refused ? ' Choose them again.' : ''}</p>
          </div>
          <div class="actions"><button class="primary">Send answer</button></div>
        </form>`;
}

/** What a link shows that opens nothing. */
export function unknownConversationPage(): Html {
  return page(
    'There is no such conversation',
    html`<p>The link may be incomplete, or it is no longer good. Open the link in the latest mail, or copy it as a whole.</p>`,
  );
}

function sizeOf(bytes: number): string {
  return bytes < 1_000_000
    ? `${Math.max(1, Math.round(bytes / 1000))} kB`
    : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
