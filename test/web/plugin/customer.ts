import type { Member } from '../../../src/domain/actor.ts';
import { identify } from '../../../src/domain/members/identify.ts';
import { recordReply } from '../../../src/domain/tickets/say/record-reply.ts';
import type { TestWorld } from '../../setup/desk.ts';
import { type Watching, watch } from '../live/watch.ts';
import { type Answer, type AskOptions, ticketForm, type Website } from './website.ts';

/** A message as the API gives it. */
export interface Message {
  id: string;
  author: { kind: string; name: string };
  text: string;
  revision: number;
  attachments: { id: string; name: string; contentType: string; size: number }[];
}

/** Somebody who has opened a ticket on a website, and what the website then knows. */
export interface Customer {
  ticketId: string;
  number: string;
  token: string;
  email: string;
  /** Asks below the ticket's address, as the website does. */
  ask(path?: string, request?: AskOptions): Promise<Answer>;
  answer(text: string, more?: Record<string, unknown>, headers?: Record<string, string>): Promise<Answer>;
  read(query?: string): Promise<{ messages: Message[]; earlier: string | null; revision: number }>;
  watch(lastEventId?: string): Promise<Watching>;
  /** What an agent writes in the thread, as it is recorded. */
  reply(text: string): Promise<{ id: string; slackTs: string }>;
  agent: Member;
}

let sequence = 0;

export async function openCustomer(world: TestWorld, site: Website): Promise<Customer> {
  const { context, url } = world;
  const form = ticketForm();
  const { body } = await site.ask('/tickets', { bearer: await site.session(), body: form });
  const { ticket, token } = body as unknown as { ticket: { id: string; number: string }; token: string };
  const path = `/tickets/${ticket.id}`;
  const { teamId, owner } = site.desk;
  const agent = (await identify(context, { teamId, userId: owner.user.id, name: 'Olivia' })) as Member;
  const ask: Customer['ask'] = (below = '', request = {}) =>
    site.ask(`${path}${below}`, { bearer: token, ...request });
  return {
    ticketId: ticket.id,
    number: ticket.number,
    token,
    email: (form.requester as { email: string }).email,
    agent,
    ask,
    answer: (text, more = {}, headers = {}) => ask('/messages', { body: { text, ...more }, headers }),
    async read(query = '') {
      return (await ask(query)).body as unknown as Awaited<ReturnType<Customer['read']>>;
    },
    watch: (lastEventId) =>
      watch(`${url}/plugin/v1${path}/events?key=${site.key}`, {
        authorization: `Bearer ${token}`,
        origin: site.origin,
        ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
      }),
    async reply(text) {
      sequence += 1;
      const slackTs = `1763888400.${String(sequence).padStart(6, '0')}`;
      await recordReply(context, agent, { ticketId: ticket.id, slackTs, text, files: [] });
      const where = { ticketId: ticket.id, slackTs };
      const { id } = await context.database.ticketMessage.findFirstOrThrow({ where });
      return { id, slackTs };
    },
  };
}
