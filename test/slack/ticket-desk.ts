import { identify } from '../../src/domain/members/identify.ts';
import { openFromCustomer } from '../../src/domain/tickets/open-from-customer.ts';
import type { TicketInput } from '../../src/domain/tickets/open-ticket.ts';
import { openTicket } from '../../src/domain/tickets/open-ticket.ts';
import { recordCustomerMessage } from '../../src/domain/tickets/say/record-customer-message.ts';
import type { JsonObject } from '../sandbox/slack/json.ts';
import type { Person } from '../sandbox/slack/person.ts';
import { type Desk, openDesk, type TestWorld } from '../setup/desk.ts';

/** A desk with a support channel, and what can be seen and said there. */
export interface TicketDesk extends Desk {
  channel: string;
  /** Somebody opens a ticket for a customer. */
  open(by: Person, input?: Partial<TicketInput>): Promise<{ id: string; number: string }>;
  /** A customer opens one by mail. */
  ask(text: string, requester?: { name: string; email: string }): Promise<{ id: string; number: string }>;
  /** The customer of a ticket answers. */
  answer(
    ticketId: string,
    text: string,
    more?: { attachments?: { name: string; contentType: string; content: Uint8Array }[]; dedupeKey?: string },
  ): ReturnType<typeof recordCustomerMessage>;
  /** Resolves when everything is done, also what comes within the next seconds. */
  settle(): Promise<void>;
  /** The ticket's row. */
  row(ticketId: string): ReturnType<TestWorld['context']['database']['ticket']['findUniqueOrThrow']>;
  /** Everything in the support channel that belongs to a ticket's thread, its card first. */
  thread(ticketId: string): Promise<JsonObject[]>;
  /** What only this person was told there. */
  whispers(person: Person): string[];
}

let answers = 0;

export async function openTicketDesk(
  world: TestWorld,
  { channel: seed = {}, seats }: { channel?: { private?: boolean; bot?: boolean }; seats?: number } = {},
): Promise<TicketDesk> {
  const { context, slack } = world;
  const desk = await openDesk(world, seats === undefined ? {} : { seats });
  const { teamId, organizationId, owner } = desk;
  const channel = await slack.addChannel(teamId, {
    name: 'support',
    members: [owner.user.id],
    bot: true,
    ...seed,
  });
  await context.database.organization.update({
    where: { id: organizationId },
    data: { supportChannelId: channel },
  });
  const row: TicketDesk['row'] = (id) => context.database.ticket.findUniqueOrThrow({ where: { id } });
  return {
    ...desk,
    channel,
    row,
    async add(options) {
      const person = await desk.add(options);
      await slack.join(teamId, channel, person.user.id);
      return person;
    },
    async open(by, input = {}) {
      const actor = await identify(context, { teamId, userId: by.user.id, name: by.user.realName });
      return openTicket(context, actor, {
        title: 'Cold tea',
        description: 'The tea arrives cold.',
        requester: { name: 'Rita Requester', email: 'rita@customer.example' },
        ...input,
      });
    },
    async ask(text, requester = { name: 'Rita Requester', email: 'rita@customer.example' }) {
      const opened = await openFromCustomer(context, {
        organizationId,
        teamId,
        requester: { ...requester, proven: false },
        title: 'A question',
        text,
        source: 'email',
      });
      if (!opened) throw new Error('The organization is gone.');
      return opened;
    },
    async answer(ticketId, text, more = {}) {
      answers += 1;
      const { requesterId: customerId } = await row(ticketId);
      return recordCustomerMessage(context, {
        ticketId,
        customerId,
        text,
        dedupeKey: `answer ${answers}`,
        ...more,
      });
    },
    settle: () => settleTickets(world),
    async thread(ticketId) {
      const { channelId, messageTs } = await row(ticketId);
      if (channelId === null || messageTs === null) return [];
      const messages = await slack.messages(teamId, channelId);
      return messages.filter(({ ts, thread_ts }) => ts === messageTs || thread_ts === messageTs);
    },
    whispers: (person) => slack.ephemerals(teamId, person.user.id).map(({ text }) => text),
  };
}

/** Resolves when nothing is left to do, the clock being moved on for what waits for its second. */
export async function settleTickets(world: TestWorld): Promise<void> {
  const { database } = world.context;
  for (;;) {
    await world.settle();
    const soon = new Date(world.context.now().getTime() + 5_000);
    const waiting = await database.outboxRow.count({
      where: {
        status: 'pending',
        availableAt: { lte: soon },
        topic: {
          in: [
            'channel.post',
            'ticket.card',
            'tickets.release',
            'ticket.mark',
            'thread.whisper',
            'slack.event',
          ],
        },
      },
    });
    if (waiting === 0) return;
    await world.advance({ seconds: 1 });
  }
}

/** What the app has asked Slack to post in a channel, refused or not. */
export function postsTo({ slack }: TestWorld, channel: string) {
  return slack.requests.filter(
    ({ method, args }) => method === 'chat.postMessage' && args.channel === channel,
  );
}
