import { Prisma } from '../../database/client.ts';
import { queryRows } from '../../database/statements.ts';
import { type Actor, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { refuse } from '../errors.ts';
import { readId } from '../ids.ts';
import { formatTicketNumber } from '../organizations/ticket-number.ts';
import { permit } from '../permissions.ts';
import { readTicketNumber, type TicketPriority, type TicketSource, type TicketStatus } from './ticket.ts';

/** Another ticket that one leads to; its place in Slack is null until it is posted. */
export interface OtherTicket {
  id: string;
  number: string;
  channelId: string | null;
  messageTs: string | null;
}

/** A ticket as those who answer it see it. Not for customers: see customer-view.ts. */
export interface TicketCard {
  id: string;
  organizationId: string;
  teamId: string;
  /** Like "TKT-041". */
  number: string;
  title: string;
  /** What the requester wrote first; plain text. */
  description: string;
  requester: { id: string; name: string; email: string };
  priority: TicketPriority;
  status: TicketStatus;
  source: TicketSource;
  category: { id: string; name: string } | null;
  /** An active member; who left has none. */
  assignee: { memberId: string; userId: string; name: string } | null;
  /** The member who opened it; null where a customer did. */
  openedBy: { memberId: string; userId: string; name: string } | null;
  /** The Slack message that it was taken from. */
  permalink: string | null;
  /** The closed ticket that it goes on from. */
  preceding: OtherTicket | null;
  /** The ticket that it was merged into as a duplicate. */
  mergedInto: OtherTicket | null;
  /** Its message in the support channel; both null until it is posted. */
  channelId: string | null;
  messageTs: string | null;
  createdAt: Date;
  activeAt: Date;
  /** When a member first answered, and when it was resolved or closed last; null while it is not. */
  respondedAt: Date | null;
  resolvedAt: Date | null;
}

/**
 * The ticket of a number as somebody wrote it: of any prefix, in any case, with or without leading zeros; without a prefix
 * it is one of the present prefix.
 * @throws Refusal `no_organization`, `not_a_member`, `ticket_unknown`.
 */
export async function findTicket(context: Context, actor: Actor, text: string): Promise<TicketCard> {
  const member = requireMember(actor);
  permit(member, 'organization.view');
  const asked = readTicketNumber(text);
  if (!asked) throw refuse('ticket_unknown');
  const prefix =
    asked.prefix === null
      ? Prisma.sql`(SELECT prefix FROM organizations WHERE id = ${member.organizationId}::uuid)`
      : Prisma.sql`${asked.prefix}`;
  const card = await read(
    context,
    Prisma.sql`t.organization_id = ${member.organizationId}::uuid AND t.prefix = ${prefix} AND t.number = ${asked.number}`,
  );
  if (card === null) throw refuse('ticket_unknown');
  return card;
}

/**
 * The ticket that a button or a form names.
 * @throws Refusal `no_organization`, `not_a_member`; `ticket_unknown` also for another organization's.
 */
export async function showTicket(
  context: Context,
  actor: Actor,
  { ticketId }: { ticketId: string },
): Promise<TicketCard> {
  const member = requireMember(actor);
  permit(member, 'organization.view');
  const card = readId(ticketId) ? await readTicket(context, member.organizationId, ticketId) : null;
  if (card === null) throw refuse('ticket_unknown');
  return card;
}

/** A ticket of the organization; null where there is none. */
export function readTicket(
  context: Pick<Context, 'database'>,
  organizationId: string,
  ticketId: string,
): Promise<TicketCard | null> {
  return read(context, Prisma.sql`t.id = ${ticketId}::uuid AND t.organization_id = ${organizationId}::uuid`);
}

/** A ticket by its id alone: for jobs, whose ids come from the outbox. */
export function readTicketOfEffect(
  context: Pick<Context, 'database'>,
  ticketId: string,
): Promise<TicketCard | null> {
  return read(context, Prisma.sql`t.id = ${ticketId}::uuid`);
}

type OtherRow = Omit<OtherTicket, 'number'> & { prefix: string; number: number };

interface Row extends Omit<TicketCard, 'number' | 'preceding' | 'mergedInto'> {
  prefix: string;
  sequenceNumber: number;
  preceding: OtherRow | null;
  mergedInto: OtherRow | null;
}

/** The ticket of the same organization that a column of `t` leads to. */
function other(column: 'preceding_id' | 'merged_into_id'): Prisma.Sql {
  return Prisma.sql`
    (SELECT json_build_object('id', p.id, 'prefix', p.prefix, 'number', p.number, 'channelId', p.channel_id,
        'messageTs', p.message_ts)
      FROM tickets p WHERE p.id = t.${Prisma.raw(column)} AND p.organization_id = t.organization_id)`;
}

function toOther(row: OtherRow | null): OtherTicket | null {
  if (row === null) return null;
  const { prefix, number, ...rest } = row;
  return { ...rest, number: formatTicketNumber(prefix, number) };
}

async function read(context: Pick<Context, 'database'>, where: Prisma.Sql): Promise<TicketCard | null> {
  const [row] = await queryRows<Row>(
    context.database,
    Prisma.sql`
    SELECT t.id, t.organization_id AS "organizationId", o.team_id AS "teamId", t.prefix, t.number AS "sequenceNumber",
      t.title,
      (SELECT m.text FROM ticket_messages m WHERE m.ticket_id = t.id ORDER BY m.id LIMIT 1) AS description,
      json_build_object('id', c.id, 'name', coalesce(t.requester_name, c.email), 'email', c.email) AS requester,
      t.priority::text, t.status::text, t.source::text,
      (SELECT json_build_object('id', k.id, 'name', k.name) FROM ticket_categories k WHERE k.id = t.category_id) AS category,
      (SELECT json_build_object('memberId', m.id, 'userId', m.user_id, 'name', m.name)
        FROM members m WHERE m.id = t.assignee_id AND m.status = 'active') AS assignee,
      (SELECT json_build_object('memberId', m.id, 'userId', m.user_id, 'name', m.name)
        FROM members m WHERE m.id = t.opened_by_id) AS "openedBy",
      t.permalink,
      ${other('preceding_id')} AS preceding, ${other('merged_into_id')} AS "mergedInto",
      t.channel_id AS "channelId", t.message_ts AS "messageTs", t.created_at AS "createdAt", t.active_at AS "activeAt",
      t.responded_at AS "respondedAt", t.resolved_at AS "resolvedAt"
    FROM tickets t JOIN organizations o ON o.id = t.organization_id JOIN customers c ON c.id = t.requester_id
    WHERE ${where}`,
  );
  if (!row) return null;
  const { prefix, sequenceNumber, preceding, mergedInto, ...card } = row;
  return {
    ...card,
    description: card.description ?? '',
    number: formatTicketNumber(prefix, sequenceNumber),
    preceding: toOther(preceding),
    mergedInto: toOther(mergedInto),
  };
}
