import type { Transaction } from '../../database/client.ts';
import { type Actor, type Member, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { effect } from '../effects.ts';
import { refuse } from '../errors.ts';
import { may, permit } from '../permissions.ts';
import { type Alteration, changeTicket, type TicketChanged } from './change-ticket.ts';
import type { LockedTicket } from './lock-ticket.ts';

type Assignee = NonNullable<LockedTicket['assignee']>;

/**
 * Makes a ticket one's own. An Agent cannot take it from somebody else; of several who claim it at once, one has it.
 * @throws Refusal `not_allowed`, `organization_lapsed`, `ticket_unknown`, `ticket_claimed`; `not_a_member` where one's own
 * seat ended a moment ago.
 */
export async function claimTicket(
  context: Context,
  actor: Actor,
  { ticketId }: { ticketId: string },
): Promise<TicketChanged> {
  const member = requireMember(actor);
  permit(member, 'tickets.answer');
  return changeTicket(
    context,
    member,
    ticketId,
    (ticket, self: Assignee | null) => {
      if (self === null) throw refuse('not_a_member');
      if (ticket.assignee?.memberId === self.memberId) return null;
      if (ticket.assignee !== null && !may(member.role, 'tickets.manage')) {
        throw refuse('ticket_claimed', { name: ticket.assignee.name });
      }
      return assignment(member, ticket, self);
    },
    (transaction) => holdMember(transaction, member.organizationId, { userId: member.userId }),
  );
}

/**
 * Gives a ticket to an active member, by their Slack user id, or with null to nobody. To take it oneself, or to put down one's
 * own, is for everybody.
 * @throws Refusal `not_allowed`, `organization_lapsed`, `ticket_unknown`; on `assignee`: `assignee_unknown`.
 */
export async function assignTicket(
  context: Context,
  actor: Actor,
  { ticketId, userId }: { ticketId: string; userId: string | null },
): Promise<TicketChanged> {
  const member = requireMember(actor);
  if (userId === member.userId) return claimTicket(context, member, { ticketId });
  permit(member, 'tickets.answer');
  return changeTicket(
    context,
    member,
    ticketId,
    (ticket, assignee: Assignee | null) => {
      const ownPutDown = userId === null && ticket.assignee?.memberId === member.memberId;
      if (!ownPutDown) permit(member, 'tickets.manage');
      if (userId !== null && assignee === null) throw refuse('assignee_unknown').on('assignee');
      if (ticket.assignee?.memberId === assignee?.memberId) return null;
      return assignment(member, ticket, assignee);
    },
    async (transaction) =>
      userId === null ? null : holdMember(transaction, member.organizationId, { userId }),
  );
}

function assignment(member: Member, ticket: LockedTicket, assignee: Assignee | null): Alteration {
  const { teamId } = member;
  const concerned = [ticket.assignee?.userId, assignee?.userId, member.userId];
  const told = assignee !== null && assignee.userId !== member.userId;
  return {
    data: { assigneeId: assignee?.memberId ?? null },
    audit: {
      action: 'ticket.assigned',
      before: { assignee: ticket.assignee?.name ?? null },
      after: { assignee: assignee?.name ?? null },
    },
    homesOf: concerned.filter((userId) => userId !== undefined),
    effects: told
      ? [
          effect('notice', {
            teamId,
            userId: assignee.userId,
            notice: { kind: 'ticket_assigned', ticketId: ticket.id },
          }),
        ]
      : [],
  };
}

/**
 * An active member who stays one until the transaction ends: whoever takes their tickets waits, and then unassigns what they find.
 * Null also for whom Slack has made a guest.
 */
async function holdMember(
  transaction: Transaction,
  organizationId: string,
  { userId }: { userId: string },
): Promise<Assignee | null> {
  const [member] = await transaction.$queryRaw<Assignee[]>`
    SELECT id AS "memberId", user_id AS "userId", name FROM members
    WHERE organization_id = ${organizationId}::uuid AND user_id = ${userId} AND status = 'active' FOR SHARE`;
  // Behind the lock, in a statement of its own: one that waited for it would still see what it saw before.
  return member && (await isFull(transaction, organizationId, userId)) ? member : null;
}

async function isFull(transaction: Transaction, organizationId: string, userId: string): Promise<boolean> {
  const restricted = await transaction.$queryRaw<unknown[]>`
    SELECT 1 FROM slack_people p JOIN organizations o ON o.team_id = p.team_id
    WHERE o.id = ${organizationId}::uuid AND p.user_id = ${userId} AND p.standing <> 'full'`;
  return restricted.length === 0;
}
