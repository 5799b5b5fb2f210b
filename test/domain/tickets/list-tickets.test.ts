import { beforeAll, describe, expect, it } from 'vitest';
import { Prisma } from '../../../src/database/client.ts';
import type { Member } from '../../../src/domain/actor.ts';
import { claimTicket } from '../../../src/domain/tickets/assign-ticket.ts';
import { addCategory } from '../../../src/domain/tickets/categories/add-category.ts';
import {
  listTickets,
  resolveAssignee,
  type TicketFilter,
  ticketsQuery,
} from '../../../src/domain/tickets/list-tickets.ts';
import { homeQuery, readHome } from '../../../src/domain/tickets/read-home.ts';
import { setStatus } from '../../../src/domain/tickets/set-status.ts';
import {
  type SeededOrganization,
  seedMember,
  seedOrganization,
  seedVisitor,
} from '../../setup/organization.ts';
import { refusal, useStage } from '../invitations/stage.ts';
import { anyTicket, openTicketDesk } from './desk.ts';

const stage = useStage();

describe('the list of tickets', () => {
  it('shows every ticket once, ten a page, the one that changed last first, forwards and backwards', async () => {
    const { agent } = await openTicketDesk(stage);
    for (let index = 0; index < 25; index++) {
      // Two of each moment, so that the order needs the id too.
      if (index % 2 === 0) stage.context.advance({ seconds: 1 });
      await anyTicket(stage, agent, { title: `Ticket ${index}` });
    }
    const list = (page?: string | null) => listTickets(stage.context, agent, { ...(page && { page }) });
    const first = await list();
    const second = await list(first.older);
    const third = await list(second.older);
    const titles = [first, second, third].flatMap(({ tickets }) => tickets.map(({ title }) => title));
    expect(titles).toHaveLength(25);
    expect(new Set(titles).size).toBe(25);
    expect(titles[0]).toBe('Ticket 24');
    expect([first.newer, third.older]).toEqual([null, null]);
    expect(await list(third.newer)).toEqual(second);
    expect((await list(second.newer)).tickets).toEqual(first.tickets);
    for (const page of ['nonsense', 'after|x|y', `after|${'9'.repeat(300)}`]) {
      expect((await list(page)).tickets).toEqual(first.tickets);
    }
  });

  it('narrows down by status, priority, category and assignee, alone and together', async () => {
    const { agent, admin } = await openTicketDesk(stage);
    const kitchen = await addCategory(stage.context, admin, { name: 'Kitchen' });
    const plain = await anyTicket(stage, agent, { title: 'plain' });
    const urgent = await anyTicket(stage, agent, { title: 'urgent', priority: 'urgent' });
    const inKitchen = await anyTicket(stage, agent, { title: 'kitchen', categoryId: kitchen.id });
    await claimTicket(stage.context, agent, { ticketId: urgent.id });
    await setStatus(stage.context, agent, { ticketId: plain.id, status: 'resolved' });
    const found = async (filter: TicketFilter) =>
      (await listTickets(stage.context, agent, filter)).tickets.map(({ title }) => title).sort();
    expect(await found({})).toEqual(['kitchen', 'plain', 'urgent']);
    expect(await found({ status: 'open' })).toEqual(['kitchen', 'urgent']);
    expect(await found({ status: 'resolved' })).toEqual(['plain']);
    expect(await found({ priority: 'urgent' })).toEqual(['urgent']);
    expect(await found({ priority: 'normal' })).toEqual(['kitchen', 'plain']);
    expect(await found({ category: kitchen.id })).toEqual(['kitchen']);
    expect(await found({ category: 'none' })).toEqual(['plain', 'urgent']);
    expect(await found({ assignee: agent.userId })).toEqual(['urgent']);
    expect(await found({ assignee: 'none' })).toEqual(['kitchen', 'plain']);
    expect(
      await found({ status: 'open', assignee: 'none', category: kitchen.id, priority: 'normal' }),
    ).toEqual(['kitchen']);
    // What is no value of ours is no filter.
    expect(await found({ status: "open' OR true", priority: 'soon', category: 'x' })).toHaveLength(3);
    expect((await listTickets(stage.context, agent, { category: kitchen.id })).tickets).toMatchObject([
      { id: inKitchen.id, categoryName: 'Kitchen', number: 'TKT-003', assigneeUserId: null },
    ]);
  });

  it('finds a number, a requester’s address, and the beginnings of words in any order', async () => {
    const { agent } = await openTicketDesk(stage);
    await anyTicket(stage, agent, { title: 'Invoice #2041 for shop.example/basket is wrong' });
    await anyTicket(stage, agent, {
      title: 'Ärger mit der Rechnung',
      requester: { email: 'cleo@shop.example' },
    });
    const found = async (text: string) =>
      (await listTickets(stage.context, agent, { text })).tickets.map(({ number }) => number);
    for (const text of ['invoice', 'WRONG invo', '2041', 'shop', 'basket', 'example']) {
      expect(await found(text)).toEqual(['TKT-001']);
    }
    expect(await found('rechnung')).toEqual(['TKT-002']);
    expect(await found(' Cleo@Shop.example ')).toEqual(['TKT-002']);
    expect(await found('tkt-2')).toEqual(['TKT-002']);
    expect(await found('invoice rechnung')).toEqual([]);
    expect(await found('nobody@shop.example')).toEqual([]);
  });

  it.each(["'", "' | 'a", 'a & !b', '\\', ':*', '<->', '\0', "'organization ", '🫖', '(', 'x'.repeat(5_000)])(
    'takes %j for words, whatever they mean elsewhere',
    async (text) => {
      const { agent } = await openTicketDesk(stage);
      await anyTicket(stage, agent);
      await expect(listTickets(stage.context, agent, { text })).resolves.toBeDefined();
    },
  );

  it('is of the own organization, and for its members', async () => {
    const [mine, theirs] = [await openTicketDesk(stage), await openTicketDesk(stage)];
    await anyTicket(stage, theirs.agent, { title: 'Theirs', requester: { email: 'cleo@shop.example' } });
    await claimTicket(stage.context, theirs.agent, {
      ticketId: (await anyTicket(stage, theirs.agent, { title: 'Theirs' })).id,
    });
    const filters = [
      {},
      { text: 'theirs' },
      { text: 'cleo@shop.example' },
      { text: 'TKT-1' },
      { assignee: theirs.agent.userId },
    ];
    for (const filter of filters) {
      expect((await listTickets(stage.context, mine.owner, filter)).tickets).toEqual([]);
    }
    // The word by which the index knows an organization is no word that can be looked for.
    const { id, teamId } = theirs.organization;
    expect((await listTickets(stage.context, mine.owner, { text: `organization ${id}` })).tickets).toEqual(
      [],
    );
    const visitor = await seedVisitor(stage.context, { teamId, organizationId: id });
    expect((await refusal(listTickets(stage.context, visitor))).code).toBe('not_a_member');
  });
});

describe('the tickets of the App Home', () => {
  it('are one’s own and those that are nobody’s, open and pending, the quietest first', async () => {
    const { agent, admin } = await openTicketDesk(stage);
    const opened: string[] = [];
    for (const title of ['mine', 'mine, pending', 'mine, resolved', 'free', 'somebody’s']) {
      opened.push((await anyTicket(stage, agent, { title })).id);
      stage.context.advance({ seconds: 1 });
    }
    const [mine = '', pending = '', resolved = '', , other = ''] = opened;
    for (const ticketId of [mine, pending, resolved]) await claimTicket(stage.context, agent, { ticketId });
    await claimTicket(stage.context, admin, { ticketId: other });
    await setStatus(stage.context, agent, { ticketId: resolved, status: 'resolved' });
    stage.context.advance({ seconds: 1 });
    await setStatus(stage.context, agent, { ticketId: pending, status: 'pending' });
    const home = await readHome(stage.context, agent);
    expect(home.mine).toMatchObject({
      total: 2,
      more: false,
      first: [
        { number: 'TKT-001', title: 'mine', status: 'open', requesterName: agent.name, messageTs: null },
        { title: 'mine, pending', status: 'pending' },
      ],
    });
    expect(home.unassigned).toMatchObject({ total: 1, first: [{ title: 'free' }] });
    expect(home.name).toBe('Harbour Support');
    expect((await readHome(stage.context, admin)).mine.first).toMatchObject([{ title: 'somebody’s' }]);
  });
});

describe('in an organization of 100,000 tickets among others', () => {
  const TICKETS = 100_000;
  let large: SeededOrganization;
  let categoryId: string;
  let quiet: Member;

  beforeAll(async () => {
    const { context, database } = stage;
    large = await seedOrganization(context);
    const agent = await seedMember(context, large);
    categoryId = (await addCategory(context, large.owner, { name: 'Rare' })).id;
    const { id: usual } = await addCategory(context, large.owner, { name: 'Usual' });
    quiet = await seedMember(context, large);
    const others = await Promise.all(Array.from({ length: 10 }, () => seedOrganization(context)));
    const fill = async ({ id }: { id: string }, tickets: number, assignee: string | null) => {
      await database.$executeRaw`
        INSERT INTO customers (id, organization_id, email, name, created_at)
        SELECT gen_random_uuid(), ${id}::uuid, n || '@bulk.example', 'Customer ' || n, now() FROM generate_series(1, 100) n`;
      await database.$executeRaw`
        INSERT INTO tickets (id, organization_id, prefix, number, title, priority, status, source, requester_id,
          assignee_id, created_at, active_at)
        SELECT gen_random_uuid(), ${id}::uuid, 'TKT', n, 'Order ' || n || ' has not arrived',
          (CASE WHEN n % 1000 = 0 THEN 'urgent' ELSE 'normal' END)::ticket_priority,
          (CASE WHEN n % 10 = 0 THEN 'open' WHEN n % 10 = 1 THEN 'pending' ELSE 'closed' END)::ticket_status, 'email',
          (SELECT c.id FROM customers c WHERE c.organization_id = ${id}::uuid AND c.email = (n % 100 + 1) || '@bulk.example'),
          CASE WHEN n % 3 = 0 THEN ${assignee}::uuid END, now(), ${context.now()}::timestamptz - n * interval '1 second'
        FROM generate_series(1, ${tickets}) n`;
    };
    await fill(large, TICKETS, agent.memberId);
    for (const other of others) await fill(other, TICKETS / 20, null);
    await database.$executeRaw`
      UPDATE tickets SET category_id = ${categoryId}::uuid WHERE organization_id = ${large.id}::uuid AND number % 30000 = 7`;
    await database.$executeRaw`
      UPDATE tickets SET category_id = ${usual}::uuid
      WHERE organization_id = ${large.id}::uuid AND category_id IS NULL AND number % 25000 <> 9`;
    await database.$executeRaw`
      UPDATE tickets SET assignee_id = ${quiet.memberId}::uuid WHERE organization_id = ${large.id}::uuid AND number % 40000 = 11`;
    await database.$executeRawUnsafe('VACUUM ANALYZE');
  });

  const explain = async (query: Prisma.Sql) => {
    const [row] = await stage.database.$queryRaw<[{ 'QUERY PLAN': [{ Plan: Plan }] }]>(
      Prisma.sql`EXPLAIN (ANALYZE, FORMAT JSON) ${query}`,
    );
    return flatten(row['QUERY PLAN'][0].Plan).filter((node) => node['Relation Name'] === 'tickets');
  };
  /** Rows that were looked at, thrown away ones included. */
  const touched = (node: Plan) =>
    (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];

  const filters: [string, TicketFilter][] = [
    ['all', {}],
    ['the open ones', { status: 'open' }],
    ['those of one priority', { priority: 'urgent' }],
    [
      'those of a category that few have',
      {
        get category() {
          return categoryId;
        },
      },
    ],
    ['those without a category, where few have none', { category: 'none' }],
    [
      'those of somebody who has few',
      {
        get assignee() {
          return quiet.userId;
        },
      },
    ],
    ['the unassigned open ones', { status: 'open', assignee: 'none' }],
    ['those with a word that one has', { text: '77777' }],
    ['those with a word that all have', { text: 'arrived' }],
    ['those of a requester', { text: '7@bulk.example' }],
    ['one by its number', { text: 'TKT-4711' }],
  ];
  it.each(filters)('the list of %s looks at few tickets, by an index', async (_, filter) => {
    const assignee = await resolveAssignee(stage.context, large.id, filter.assignee);
    const nodes = await explain(ticketsQuery(large.id, { ...filter, ...(assignee && { assignee }) }));
    expect(nodes.map((node) => node['Node Type'])).not.toContain('Seq Scan');
    for (const node of nodes) expect(touched(node)).toBeLessThanOrEqual(2_001);
    expect((await listTickets(stage.context, large.owner, filter)).tickets.length).toBeGreaterThan(0);
  });

  it('a page in the middle costs no more than the first', async () => {
    const middle = new Date(stage.context.now().getTime() - 50_000_000).toISOString();
    const key = ['after', middle, '01890000-0000-7000-8000-000000000000'] as ['after', string, string];
    for (const node of await explain(ticketsQuery(large.id, {}, key))) {
      expect(node['Node Type']).not.toBe('Seq Scan');
      expect(touched(node)).toBeLessThanOrEqual(20);
    }
  });

  it('the App Home counts to a limit, and looks at few tickets', async () => {
    const nodes = await explain(homeQuery(large.owner, stage.context.now()));
    expect(nodes.map((node) => node['Node Type'])).not.toContain('Seq Scan');
    for (const node of nodes) expect(touched(node)).toBeLessThanOrEqual(1_001);
    const { unassigned } = await readHome(stage.context, large.owner);
    expect(unassigned).toMatchObject({ total: 1_000, more: true });
    expect(unassigned.first).toHaveLength(10);
  });
});

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
}

function flatten(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(flatten)];
}
