import { Pool } from 'pg';
import { createDatabase } from '../../../src/database/client.ts';
import { openTicket } from '../../../src/domain/tickets/open-ticket.ts';
import { testContext } from '../../setup/context.ts';
import { type SeededOrganization, seedOrganization } from '../../setup/organization.ts';
import type { Line } from '../line.ts';
import { hasPgbench, pgbench } from '../pgbench.ts';

const TICKETS = 6_000;

/** The same rows by one statement of pgbench's, or by the same statement over the driver where there is no pgbench. */
const floorIsPgbench = hasPgbench();

export const lines: Line[] = [
  { organizations: 1, clients: 8, where: 'one organization' },
  { organizations: 100, clients: 32, where: '100 organizations' },
].map(({ organizations, clients, where }) => ({
  name: `ticket opened, ${where}, ${clients} at once`,
  unit: 'operations/s',
  floor: floorIsPgbench ? 'pgbench with the same rows' : 'bare SQL with the same rows (no pgbench here)',
  goal: 0.7,
  better: 'higher',
  async prepare(bench) {
    const databaseUrl = await bench.createDatabase();
    const database = createDatabase(databaseUrl, { poolSize: clients });
    const pool = new Pool({ connectionString: databaseUrl, max: clients });
    const context = { ...testContext(database), now: () => new Date() };

    // New organizations each time, so that neither side goes on in the rows of the other.
    const measured = async (side: (desks: readonly SeededOrganization[]) => Promise<number>) => {
      const desks: SeededOrganization[] = [];
      for (let index = 0; index < organizations; index++) desks.push(await seedOrganization(context));
      const rate = await side(desks);
      const where = { organizationId: { in: desks.map(({ id }) => id) } };
      const [tickets, messages, sequences] = await Promise.all([
        database.ticket.count({ where }),
        database.ticketMessage.count({ where: { ticket: where } }),
        database.ticketSequence.aggregate({ where, _sum: { lastNumber: true } }),
      ]);
      const numbers = sequences._sum.lastNumber;
      if (tickets < TICKETS || messages !== tickets || numbers !== tickets) {
        throw new Error(`${tickets} tickets, ${messages} messages, ${numbers} numbers.`);
      }
      return rate;
    };

    const atOnce = async (each: (index: number) => Promise<unknown>): Promise<number> => {
      let next = 0;
      const worker = async () => {
        while (next < TICKETS) await each(next++);
      };
      const start = performance.now();
      await Promise.all(Array.from({ length: clients }, worker));
      return TICKETS / ((performance.now() - start) / 1000);
    };
    const at = (desks: readonly SeededOrganization[], index: number) =>
      desks[index % desks.length] as SeededOrganization;

    const ours = (desks: readonly SeededOrganization[]) =>
      atOnce((index) => {
        const input = { title: `Order ${index} has not arrived`, description: 'It has been a week.' };
        return openTicket(context, at(desks, index).owner, input);
      });
    const bare = (desks: readonly SeededOrganization[]) => {
      const scripts = desks.map(statement);
      if (floorIsPgbench) return pgbench(databaseUrl, scripts, { clients, transactions: TICKETS });
      return atOnce((index) => {
        const place = index % scripts.length;
        return pool.query({ name: `open-${at(desks, index).id}`, text: scripts[place] as string });
      });
    };
    return {
      value: () => measured(ours),
      floorValue: () => measured(bare),
      close: async () => {
        await pool.end();
        await database.$disconnect();
      },
    };
  },
}));

/** Customer, number, ticket, first message and the two outbox rows of one organization, on one line as pgbench wants it, and without a colon. */
function statement({ id, teamId, owner }: SeededOrganization): string {
  return `
    WITH customer AS (
      INSERT INTO customers (id, organization_id, email, name, created_at)
      VALUES (uuidv7(), '${id}', '${owner.email}', '${owner.name}', now())
      ON CONFLICT (organization_id, email) DO UPDATE SET name = excluded.name RETURNING id),
    numbered AS (
      INSERT INTO ticket_sequences AS s (organization_id, prefix, last_number)
      SELECT '${id}', 'TKT', 1 FROM customer
      ON CONFLICT (organization_id, prefix) DO UPDATE SET last_number = s.last_number + 1 RETURNING last_number),
    opened AS (
      INSERT INTO tickets (id, organization_id, prefix, number, title, source, requester_id, opened_by_id, created_at,
        active_at)
      SELECT uuidv7(), '${id}', 'TKT', last_number, 'Order ' || last_number || ' has not arrived', 'slack', customer.id,
        '${owner.memberId}', now(), now()
      FROM numbered, customer RETURNING id, requester_id),
    said AS (
      INSERT INTO ticket_messages (id, ticket_id, customer_id, text, created_at, revision)
      SELECT uuidv7(), id, requester_id, 'It has been a week.', now(), 0 FROM opened)
    INSERT INTO outbox (id, topic, payload, key, available_at, created_at)
    SELECT uuidv7(), effect.*, now(), now() FROM opened, LATERAL (VALUES
      ('ticket.post', jsonb_build_object('ticketId', opened.id), NULL),
      ('home.refresh', jsonb_build_object('teamId', '${teamId}'), 'home-tickets' || chr(58) || '${teamId}')) AS effect (topic, payload, key)
    ON CONFLICT (key) WHERE status = 'pending' DO UPDATE SET key = excluded.key`
    .replace(/\s+/g, ' ')
    .trim();
}
