import { z } from 'zod';
import { Prisma } from '../../database/client.ts';
import { queryRows } from '../../database/statements.ts';
import { type Actor, requireMember } from '../actor.ts';
import type { Context } from '../context.ts';
import { readId } from '../ids.ts';
import { formatTicketNumber } from '../organizations/ticket-number.ts';
import { permit } from '../permissions.ts';
import { priorities, statuses, type TicketPriority, type TicketStatus } from './ticket.ts';
import { readSearch } from './ticket-search.ts';

/** Tickets on one page. */
export const TICKETS_PAGE = 10;

/** What is shown of all tickets; what is no such value is no filter. */
export interface TicketFilter {
  status?: string;
  priority?: string;
  /** A category's id, or `none`. */
  category?: string;
  /** A Slack user id, or `none` for the unassigned ones. */
  assignee?: string;
  /** A number, a requester's e-mail address, or words of the title. */
  text?: string;
}

export interface ListedTicket {
  id: string;
  number: string;
  title: string;
  requesterName: string;
  priority: TicketPriority;
  status: TicketStatus;
  categoryName: string | null;
  assigneeUserId: string | null;
  channelId: string | null;
  messageTs: string | null;
  activeAt: Date;
}

export interface TicketPage {
  /** Where something happened last comes first. */
  tickets: ListedTicket[];
  /** What to ask for to see the pages beside this one; null where there is none. */
  newer: string | null;
  older: string | null;
}

const keySchema = z
  .string()
  .max(100)
  .transform((key) => key.split('|'))
  .pipe(z.tuple([z.enum(['after', 'before']), z.iso.datetime(), z.uuid()]));
type Key = z.infer<typeof keySchema>;

/**
 * A page of the organization's tickets, by one statement on an index, however many there are. A `page` that is no key, or
 * that is empty by now, is the first one.
 * @throws Refusal `no_organization`, `not_a_member`.
 */
export async function listTickets(
  context: Pick<Context, 'database'>,
  actor: Actor,
  { page, ...filter }: TicketFilter & { page?: string } = {},
): Promise<TicketPage> {
  const member = requireMember(actor);
  permit(member, 'organization.view');
  const key = page === undefined ? undefined : keySchema.safeParse(page).data;
  const { organizationId } = member;
  const assignee = await resolveAssignee(context, organizationId, filter.assignee);
  const rows = await queryRows<Row>(
    context.database,
    ticketsQuery(organizationId, { ...filter, ...(assignee && { assignee }) }, key),
  );
  if (rows.length === 0 && key) return listTickets(context, actor, filter);
  const backwards = key?.[0] === 'before';
  const more = rows.length > TICKETS_PAGE;
  const tickets = rows.slice(0, TICKETS_PAGE).map(({ prefix, sequenceNumber, ...ticket }) => ({
    ...ticket,
    number: formatTicketNumber(prefix, sequenceNumber),
  }));
  if (backwards) tickets.reverse();
  const [first, last] = [tickets.at(0), tickets.at(-1)];
  return {
    tickets,
    newer: first && (backwards ? more : key) ? keyOf('before', first) : null,
    older: last && (backwards || more) ? keyOf('after', last) : null,
  };
}

interface Row extends Omit<ListedTicket, 'number'> {
  prefix: string;
  sequenceNumber: number;
}

function keyOf(direction: Key[0], { activeAt, id }: ListedTicket): string {
  return `${direction}|${activeAt.toISOString()}|${id}`;
}

/** As many tickets with the words of a search are looked at one by one; where more have them, any page finds its own soon. */
const FEW = 2_000;

/** One more row than a page has, from the key away. The filter's assignee is a member's id or `none` here: see resolveAssignee. */
export function ticketsQuery(organizationId: string, filter: TicketFilter, key?: Key): Prisma.Sql {
  const backwards = key?.[0] === 'before';
  const place = key && Prisma.sql`(${key[1]}::timestamptz, ${key[2]}::uuid)`;
  const order = backwards ? Prisma.sql`t.active_at, t.id` : Prisma.sql`t.active_at DESC, t.id DESC`;
  const search = filter.text === undefined ? null : readSearch(organizationId, filter.text);
  const own = Prisma.sql`t.organization_id = ${organizationId}::uuid`;
  const conditions = [
    own,
    ...conditionsOf(filter),
    ...(place ? [Prisma.sql`(t.active_at, t.id) ${Prisma.raw(backwards ? '>' : '<')} ${place}`] : []),
  ];
  const page = (...further: Prisma.Sql[]) => Prisma.sql`
    (SELECT * FROM tickets t WHERE ${Prisma.join([...conditions, ...further], ' AND ')}
      ORDER BY ${order} LIMIT ${TICKETS_PAGE + 1})`;
  // PostgreSQL cannot tell how many titles begin a word so: it is looked up, and one of the two ways is not gone at all.
  const [few, found] = search?.words
    ? [
        Prisma.sql`WITH few AS MATERIALIZED (
          SELECT t.id FROM tickets t WHERE ${own} AND ${search.condition} LIMIT ${FEW + 1})`,
        Prisma.sql`(
          ${page(Prisma.sql`t.id = ANY (ARRAY (SELECT id FROM few))`, Prisma.sql`(SELECT count(*) FROM few) <= ${FEW}`)}
          UNION ALL
          ${page(search.condition, Prisma.sql`(SELECT count(*) FROM few) > ${FEW}`)})`,
      ]
    : [Prisma.empty, search ? page(search.condition) : page()];
  // The page first, and then what is beside its few rows.
  return Prisma.sql`${few}
    SELECT t.id, t.prefix, t.number AS "sequenceNumber", t.title, coalesce(t.requester_name, c.email) AS "requesterName", t.priority::text,
      t.status::text, k.name AS "categoryName", m.user_id AS "assigneeUserId", t.channel_id AS "channelId",
      t.message_ts AS "messageTs", t.active_at AS "activeAt"
    FROM ${found} AS t
    JOIN customers c ON c.id = t.requester_id
    LEFT JOIN ticket_categories k ON k.id = t.category_id
    LEFT JOIN members m ON m.id = t.assignee_id AND m.status = 'active'
    ORDER BY ${order}`;
}

function conditionsOf(filter: TicketFilter): Prisma.Sql[] {
  const status = statuses.find((each) => each === filter.status);
  const priority = priorities.find((each) => each === filter.priority);
  const category = readId(filter.category);
  return [
    // Known words, written out: an index over some priorities alone is used only where the plan can see which it is.
    ...(status ? [Prisma.sql`t.status = ${Prisma.raw(`'${status}'`)}`] : []),
    ...(priority ? [Prisma.sql`t.priority = ${Prisma.raw(`'${priority}'`)}`] : []),
    ...(category ? [Prisma.sql`t.category_id = ${category}::uuid`] : []),
    ...(filter.category === 'none' ? [Prisma.sql`t.category_id IS NULL`] : []),
    ...assigneeConditions(filter.assignee),
  ];
}

function assigneeConditions(assignee: string | undefined): Prisma.Sql[] {
  if (assignee === undefined || assignee === '') return [];
  if (assignee === 'none') return [Prisma.sql`t.assignee_id IS NULL`];
  const id = readId(assignee);
  return [id === undefined ? Prisma.sql`false` : Prisma.sql`t.assignee_id = ${id}::uuid`];
}

/**
 * The member's id for a Slack user's, by a statement of its own: the plan for the page is made of how many tickets this member has.
 * What names nobody is nobody's, and finds no ticket.
 */
export async function resolveAssignee(
  { database }: Pick<Context, 'database'>,
  organizationId: string,
  assignee: string | undefined,
): Promise<string | undefined> {
  if (assignee === undefined || assignee === '' || assignee === 'none') return assignee;
  const member = await database.member.findUnique({
    where: { organizationId_userId: { organizationId, userId: assignee } },
    select: { id: true },
  });
  return member?.id ?? 'nobody';
}
