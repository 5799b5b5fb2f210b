import { Prisma } from '../../database/client.ts';
import { queryRows } from '../../database/statements.ts';
import { type Actor, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { refuse } from '../errors.ts';
import { overviewQuery } from '../organizations/overview-query.ts';
import { type Overview, type OverviewRow, toOverview } from '../organizations/read-overview.ts';
import { formatTicketNumber } from '../organizations/ticket-number.ts';
import { permit } from '../permissions.ts';
import type { TicketPriority, TicketStatus } from './ticket.ts';

/** Tickets that each of the Home's lists shows. */
export const HOME_TICKETS = 10;
/** The Home's lists are counted up to here. */
export const HOME_COUNTED = 1_000;

export interface HomeTicket {
  number: string;
  title: string;
  requesterName: string;
  priority: TicketPriority;
  status: Extract<TicketStatus, 'open' | 'pending'>;
  channelId: string | null;
  messageTs: string | null;
}

export interface HomeList {
  /** Stops at HOME_COUNTED; `more` says that it did. */
  total: number;
  more: boolean;
  first: HomeTicket[];
}

/** The overview, and the tickets that wait for somebody. */
export interface Home extends Overview {
  /** Open and pending ones that are the reader's; the one that has been quiet for longest comes first. */
  mine: HomeList;
  /** Those that are nobody's, in the same order. */
  unassigned: HomeList;
}

/**
 * What the App Home shows, in one statement on indexes, whatever the organization's size.
 * @throws Refusal `no_organization` or `not_a_member`.
 */
export async function readHome(context: Pick<Context, 'database' | 'now'>, actor: Actor): Promise<Home> {
  const member = requireMember(actor);
  permit(member, 'organization.view');
  const [row] = await queryRows<OverviewRow & Lists>(context.database, homeQuery(member, context.now()));
  if (!row) throw refuse('not_a_member');
  const overview = toOverview(row, context.now());
  return {
    ...overview,
    mine: toList(row.mine_total, row.mine),
    unassigned: toList(row.unassigned_total, row.unassigned),
  };
}

interface Lists {
  mine_total: number;
  mine: ListedRow[] | null;
  unassigned_total: number;
  unassigned: ListedRow[] | null;
}

type ListedRow = Omit<HomeTicket, 'number'> & { prefix: string; sequenceNumber: number };

function toList(total: number, rows: ListedRow[] | null): HomeList {
  return {
    total: Math.min(total, HOME_COUNTED),
    more: total > HOME_COUNTED,
    first: (rows ?? []).map(({ prefix, sequenceNumber, ...ticket }) => ({
      ...ticket,
      number: formatTicketNumber(prefix, sequenceNumber),
    })),
  };
}

export function homeQuery(member: { organizationId: string; memberId: string }, at: Date): Prisma.Sql {
  const mine = Prisma.sql`assignee_id = ${member.memberId}::uuid`;
  const nobodys = Prisma.sql`assignee_id IS NULL`;
  return overviewQuery(
    member,
    at,
    Prisma.sql`,
      ${countOf(mine)} AS mine_total, ${firstOf(mine)} AS mine,
      ${countOf(nobodys)} AS unassigned_total, ${firstOf(nobodys)} AS unassigned`,
  );
}

/**
 * Of one status, oldest activity first: a stretch of the index on assignee, status and activity. In the index's own order,
 * since PostgreSQL does not see that tickets without assignee are all alike in that.
 */
function stretch(
  whose: Prisma.Sql,
  status: 'open' | 'pending',
  columns: Prisma.Sql,
  most: number,
): Prisma.Sql {
  return Prisma.sql`(SELECT ${columns} FROM tickets
    WHERE organization_id = asked.id AND ${whose} AND status = ${Prisma.raw(`'${status}'`)}
    ORDER BY assignee_id, active_at LIMIT ${most})`;
}

function countOf(whose: Prisma.Sql): Prisma.Sql {
  const columns = Prisma.sql`1`;
  return Prisma.sql`(SELECT count(*)::int FROM (
        ${stretch(whose, 'open', columns, HOME_COUNTED + 1)} UNION ALL ${stretch(whose, 'pending', columns, HOME_COUNTED + 1)}
      ) AS counted)`;
}

function firstOf(whose: Prisma.Sql): Prisma.Sql {
  const columns = Prisma.sql`*`;
  return Prisma.sql`(SELECT json_agg(json_build_object('prefix', listed.prefix, 'sequenceNumber', listed.number,
          'title', listed.title, 'requesterName', coalesce(listed.requester_name, c.email), 'priority', listed.priority, 'status', listed.status,
          'channelId', listed.channel_id, 'messageTs', listed.message_ts) ORDER BY listed.active_at, listed.id)
        FROM (SELECT * FROM (
          ${stretch(whose, 'open', columns, HOME_TICKETS)} UNION ALL ${stretch(whose, 'pending', columns, HOME_TICKETS)}
        ) AS both_statuses ORDER BY active_at, id LIMIT ${HOME_TICKETS}) AS listed
        JOIN customers c ON c.id = listed.requester_id)`;
}
