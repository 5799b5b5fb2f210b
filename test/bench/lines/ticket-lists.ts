import { createDatabase, type Database } from '../../../src/database/client.ts';
import { listTickets } from '../../../src/domain/tickets/list-tickets.ts';
import { readHome } from '../../../src/domain/tickets/read-home.ts';
import { testContext } from '../../setup/context.ts';
import { type SeededOrganization, seedOrganization } from '../../setup/organization.ts';
import type { Line } from '../line.ts';

const SMALL = 1_000;
const LOOKS = 100;

/** How the views grow: each size beside an organization of a thousand tickets in the same database. */
export const lines: Line[] = [10_000, 100_000, 1_000_000].map((size) => ({
  name: `ticket list, search and App Home, ${size.toLocaleString('en-GB')} tickets`,
  unit: 'ms',
  floor: `the same with ${SMALL.toLocaleString('en-GB')}`,
  goal: 2,
  better: 'lower',
  async prepare(bench) {
    const database = createDatabase(await bench.createDatabase());
    const context = { ...testContext(database), now: () => new Date() };
    const [small, large] = [await seedOrganization(context), await seedOrganization(context)];
    await fill(database, small, SMALL);
    await fill(database, large, size);
    await database.$executeRawUnsafe('VACUUM ANALYZE');
    /** Milliseconds for all of it, once. */
    const look = async ({ owner }: SeededOrganization, tickets: number) => {
      const start = performance.now();
      for (let index = 0; index < LOOKS; index++) {
        const { older } = await listTickets(context, owner, { status: 'open' });
        await listTickets(context, owner, { status: 'open', ...(older && { page: older }) });
        await listTickets(context, owner, { assignee: 'none', priority: 'urgent' });
        await listTickets(context, owner, { text: `order ${1 + ((index * 7) % tickets)}x` });
        await readHome(context, owner);
      }
      return (performance.now() - start) / LOOKS;
    };
    // The first looks plan their statements.
    await look(large, size);
    return {
      value: () => look(large, size),
      floorValue: () => look(small, SMALL),
      close: () => database.$disconnect(),
    };
  },
}));

/** Tickets of every kind: a tenth of them open, a third of those the Owner's, one in a hundred urgent. */
async function fill(database: Database, { id, owner }: SeededOrganization, tickets: number): Promise<void> {
  await database.$executeRaw`
    INSERT INTO customers (id, organization_id, email, name, created_at)
    SELECT gen_random_uuid(), ${id}::uuid, n || '@bulk.example', 'Customer ' || n, now() FROM generate_series(0, 99) n`;
  const batch = 50_000;
  for (let from = 1; from <= tickets; from += batch) {
    await database.$executeRaw`
      INSERT INTO tickets (id, organization_id, prefix, number, title, priority, status, source, requester_id, assignee_id,
        created_at, active_at)
      SELECT uuidv7(), ${id}::uuid, 'TKT', n, 'Order ' || n || 'x has not arrived',
        (CASE WHEN n % 100 = 0 THEN 'urgent' ELSE 'normal' END)::ticket_priority,
        (CASE WHEN n % 10 = 0 THEN 'open' ELSE 'closed' END)::ticket_status, 'email', c.id,
        CASE WHEN n % 3 = 0 THEN ${owner.memberId}::uuid END, now(), now() - n * interval '1 second'
      FROM generate_series(${from}::int, ${Math.min(from + batch - 1, tickets)}::int) n
      JOIN customers c ON c.organization_id = ${id}::uuid AND c.email = (n % 100) || '@bulk.example'`;
  }
}
