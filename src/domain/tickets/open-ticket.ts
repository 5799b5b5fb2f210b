import { type Actor, type Member, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { effect } from '../effects.ts';
import { type Refusal, refuse } from '../errors.ts';
import { readId } from '../ids.ts';
import { normalizeEmail } from '../invitations/email.ts';
import { permit } from '../permissions.ts';
import { ticketHomes } from './home-effects.ts';
import { type Opening, open } from './opening.ts';
import { readDescription, readPriority, readRequesterName, readTitle } from './ticket.ts';

export interface TicketInput {
  title: string;
  description: string;
  /** `normal` by default. */
  priority?: string;
  categoryId?: string;
  /** Who asks; whoever opens it, where neither name nor address is given. */
  requester?: { name?: string | null; email?: string | null };
  /** The Slack message that it is taken from, and the thread in which to say that it was. */
  permalink?: string;
  thread?: { channelId: string; ts: string; threadTs: string };
  assigneeId?: string;
  /** Of any number of openings under one key, one is done. */
  onceKey?: string;
}

export interface OpenedTicket {
  id: string;
  /** Like "TKT-041"; it never changes. */
  number: string;
}

/**
 * Opens a ticket, for oneself or for a customer, by one statement: however many are opened at once, the numbers of a prefix
 * have no gap and no double.
 * @throws Refusal `no_organization`, `not_a_member`, `organization_lapsed`, `organization_closing`, `tickets_need_seats`, `form_sent`; on
 * its field `title`, `description`, `name`, `priority`: what ticket.ts refuses; on `email`: `email_form`,
 * `requester_email_missing`; on `category`: `category_unknown`; on `assignee`: `assignee_unknown`.
 */
export async function openTicket(context: Context, actor: Actor, input: TicketInput): Promise<OpenedTicket> {
  const member = requireMember(actor);
  permit(member, 'tickets.answer');
  const { organizationId, teamId, memberId } = member;
  const title = readTitle(input.title);
  const text = readDescription(input.description);
  const requester = readRequester(member, input.requester);
  const priority = readPriority(input.priority ?? 'normal');
  const categoryId = optionalId(input.categoryId, refuse('category_unknown').on('category'));
  const assigneeId = optionalId(input.assigneeId, refuse('assignee_unknown').on('assignee'));
  const [ticketId, messageId] = [context.newId(), context.newId()];
  const outcome = await open(context, {
    ticketId,
    messageId,
    organizationId,
    source: input.permalink === undefined ? 'slack' : 'message',
    title,
    text,
    requester,
    priority,
    ...(categoryId && { categoryId }),
    ...(assigneeId && { assigneeId }),
    openedById: memberId,
    ...(input.permalink !== undefined && { permalink: input.permalink }),
    needsSeats: true,
    ...(input.onceKey !== undefined && { onceKey: input.onceKey }),
    effects: [
      effect('ticket.post', { ticketId }),
      ...(requester.email === member.email ? [] : [effect('ticket.acknowledge', { ticketId })]),
      ...(input.thread
        ? [effect('ticket.confirm', { ticketId, userId: member.userId, ...input.thread })]
        : []),
      ...ticketHomes(context, teamId),
    ],
  });
  if (outcome === null) throw refuse('no_organization');
  if (!outcome.bought) throw refuse('tickets_need_seats');
  if (!outcome.categoryKnown) throw refuse('category_unknown').on('category');
  if (!outcome.assigneeKnown) throw refuse('assignee_unknown').on('assignee');
  if (!outcome.first || outcome.number === null) throw refuse('form_sent');
  return { id: ticketId, number: outcome.number };
}

/** The requester that was typed, or the member as Slack knows them. */
function readRequester(
  member: Member,
  { name, email }: NonNullable<TicketInput['requester']> = {},
): Opening['requester'] {
  const typedName = readRequesterName(name);
  const typedEmail = (email ?? '').trim();
  if (typedEmail !== '') return { name: typedName, email: normalizeEmail(typedEmail), proven: true };
  // A name without an address is somebody else, whom no answer would reach.
  if (typedName !== null) throw refuse('email_form').on('email');
  if (member.email === null) throw refuse('requester_email_missing').on('email');
  return { name: member.name, email: member.email, proven: true };
}

function optionalId(id: string | undefined, refusal: Refusal): string | undefined {
  if (id === undefined || id === '') return undefined;
  const read = readId(id);
  if (read === undefined) throw refusal;
  return read;
}
